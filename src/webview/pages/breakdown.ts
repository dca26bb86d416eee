import "./breakdown.css";
import type { Breakdown, InputRow, LoadTimes, NumberRow } from "../../features/memory/breakdown";
import type { BreakdownMessage } from "../breakdown-messages";
import { button, element, link, prose } from "../elements";
import { memoryBar } from "../memory-bar";
import { startPage, type Page } from "../page";

type Own = Page<BreakdownMessage>;

startPage<Breakdown, BreakdownMessage>({ isState: isBreakdown, draw });

function isBreakdown(state: unknown): state is Breakdown {
  const { title, numbers, inputs, sources, reasons } = (state ?? {}) as Partial<Breakdown>;
  return typeof title === "string" && [numbers, inputs, sources, reasons].every(Array.isArray);
}

function draw(state: Breakdown, page: Own): readonly Node[] {
  const sections = [
    element("h1", {}, state.title),
    element("p", { class: "muted" }, prose(state.headline)),
    verdict(state),
    state.bar && memoryBar(state.bar),
    state.capacity && element("p", { class: "capacity" }, prose(state.capacity)),
    state.next && element("p", {}, element("strong", {}, "Next: "), prose(state.next)),
    numbers(state.numbers),
    inputs(state.inputs, page),
    state.loading && loading(state.loading),
    sources(state, page),
  ];
  return sections.filter((section) => section instanceof Node);
}

const VERDICTS = { yes: "Fits", tight: "May not fit", no: "Does not fit", unknown: "Not known" } as const;

function verdict({ verdict: fits, reasons, failureText }: Breakdown): HTMLElement {
  const sign = element("strong", { class: `verdict ${fits}` }, VERDICTS[fits]);
  return element(
    "div",
    { role: "status" },
    element("p", {}, sign, " ", prose(reasons.join(" "))),
    failureText === undefined
      ? undefined
      : element("p", { class: "muted" }, "vLLM will print: ", element("code", {}, failureText)),
  );
}

function numbers(rows: readonly NumberRow[]): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const body = rows.map(({ name, value, band, formula }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", { class: "number" }, value),
      element("td", { class: "number muted" }, band ?? "exact"),
      element("td", { class: "formula" }, element("code", {}, formula)),
    ),
  );
  return section(
    "How each number comes about",
    table(["On the fullest GPU", "#Value", "#Error band", "Formula"], body),
  );
}

function inputs(rows: readonly InputRow[], page: Own): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const body = rows.map(({ name, value, origin, place }, i) => {
    const jump = (): void => page.send({ type: "jump", input: i });
    const text = `line ${(place?.range.start.line ?? 0) + 1}`;
    const label = `Show ${name} in the manifest, ${text}`;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", {}, element("code", {}, value)),
      element("td", {}, prose(origin)),
      element(
        "td",
        {},
        place && button(text, { id: `input-${i}`, class: "plain", "aria-label": label }, jump),
      ),
    );
  });
  return section("What it rests on", table(["Input", "Value", "From", "Where"], body));
}

function loading({ total, steps }: LoadTimes): HTMLElement {
  const sentence =
    total === undefined
      ? "The size of the model is not known, so neither is the time to read it."
      : `${total} from container start to ready.`;
  const body = steps.map(({ name, takes, basis }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", { class: "number" }, takes),
      element("td", {}, basis),
    ),
  );
  return section("Time to ready", element("p", {}, sentence), table(["Step", "#Takes", "Basis"], body));
}

function sources({ sources: all }: Breakdown, page: Own): HTMLElement {
  const items = all.map(({ title, url }) => element("li", {}, link(title, url, page.open)));
  return section("Sources", element("ul", {}, ...items));
}

function section(title: string, ...content: readonly Node[]): HTMLElement {
  return element("section", {}, element("h2", {}, title), ...content);
}

/** Columns that begin with `#` hold numbers. */
function table(columns: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const head = columns.map((name) => {
    const isNumber = name.startsWith("#");
    return element("th", { scope: "col", class: isNumber && "number" }, isNumber ? name.slice(1) : name);
  });
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
}
