import "./calibrate.css";
import type { ComparedRow, Comparison } from "../../features/calibration/calibrate";
import type { CalibrateMessage } from "../calibrate-messages";
import { button, element, prose } from "../elements";
import { startPage, type Page } from "../page";

type Own = Page<CalibrateMessage>;

startPage<Comparison, CalibrateMessage>({ isState: isComparison, draw });

function isComparison(state: unknown): state is Comparison {
  const { title, rows, notes, failures } = (state ?? {}) as Partial<Comparison>;
  return typeof title === "string" && [rows, notes, failures].every(Array.isArray);
}

function draw(state: Comparison, page: Own): readonly Node[] {
  const { title, headline, notes, failures, rows } = state;
  const parts = [
    element("h1", {}, `Log and plan: ${title}`),
    element("p", { class: "muted" }, prose(headline)),
    notes.length > 0 &&
      element("ul", { "aria-label": "Notes" }, ...notes.map((note) => element("li", {}, prose(note)))),
    failures.length > 0 && refusals(failures),
    rows.length > 0 && table(rows),
    keep(state, page),
  ];
  return parts.filter((part) => part instanceof Node);
}

function refusals(failures: readonly string[]): HTMLElement {
  const items = failures.map((failure) => element("li", {}, element("code", {}, failure)));
  return element(
    "section",
    { class: "failures" },
    element("h2", {}, "Why it did not start"),
    element("ul", {}, ...items),
  );
}

function table(rows: readonly ComparedRow[]): HTMLElement {
  const column = (text: string, isNumber: boolean): HTMLElement =>
    element("th", { scope: "col", class: isNumber && "number" }, text);
  const head = [
    column("On the fullest GPU", false),
    ...["vLLM printed", "The plan said", "Difference", ""].map((text) =>
      text === "" ? element("th", { scope: "col", class: "number" }, "In %") : column(text, true),
    ),
    column("Error band", false),
  ];
  const body = rows.map(({ name, printed, planned, difference, percent, isInside }) => {
    const number = (text: string): HTMLElement => element("td", { class: "number" }, text);
    const sign = isInside === undefined ? "" : isInside ? "inside" : "outside";
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      number(printed),
      number(planned),
      number(difference),
      number(percent),
      element("td", {}, sign && element("span", { class: `verdict ${isInside ? "yes" : "tight"}` }, sign)),
    );
  });
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

function keep({ calibration, key, isCalibrated }: Comparison, page: Own): HTMLElement | undefined {
  if (!calibration) return undefined;
  const { overheadGib, vllm, gpu } = calibration;
  const amount = `${Math.abs(overheadGib).toFixed(2)} GiB ${overheadGib < 0 ? "less" : "more"}`;
  const before = isCalibrated ? " It takes the place of what is kept now." : "";
  return element(
    "section",
    {},
    element("h2", {}, "Keep it"),
    element(
      "p",
      {},
      prose(
        `This start took ${amount} than planned. Kept for \`${key}\`, it goes into every plan of it as long as vLLM ${vllm}, the GPU ${gpu}, the model and its split stay the same.${before}`,
      ),
    ),
    button("Keep for this workload", { id: "keep", class: "primary" }, () => page.send({ type: "keep" })),
  );
}
