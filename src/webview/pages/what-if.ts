import "./what-if.css";
import type { WhatIf, WhatIfRow } from "../../features/what-if/what-if";
import { AXES, type Axis } from "../../features/what-if/axes";
import { button, element, prose } from "../elements";
import { startPage, type Page } from "../page";
import type { WhatIfMessage } from "../what-if-messages";

type Own = Page<WhatIfMessage>;

startPage<WhatIf, WhatIfMessage>({ isState: isWhatIf, draw });

function isWhatIf(state: unknown): state is WhatIf {
  const { title, rows, values, filter } = (state ?? {}) as Partial<WhatIf>;
  if (typeof title !== "string" || !Array.isArray(rows) || !values || !filter) return false;
  return AXES.every((axis) => Array.isArray(values[axis]) && typeof filter[axis] === "string");
}

/** A person reads no more; the filters are there to find the rest. */
const MOST_ROWS = 150;

function draw(state: WhatIf, page: Own): readonly Node[] {
  return [
    element("h1", {}, `What if: ${state.title}`),
    element("p", { class: "muted" }, prose(state.headline)),
    filters(state, page),
    element("p", { role: "status" }, summary(state)),
    table(state.rows.slice(0, MOST_ROWS), page),
  ];
}

function summary({ rows, unfit }: WhatIf): string {
  const shown = rows.length > MOST_ROWS ? `the first ${MOST_ROWS} of ${rows.length}` : String(rows.length);
  const hidden = unfit > 0 ? `; ${unfit} that would not fit are left out` : "";
  return `${shown} ${rows.length === 1 ? "way" : "ways"} to run it${hidden}. The most useful come first: what fits, on the fewest GPUs.`;
}

const NAMES: Readonly<Record<Axis, string>> = {
  gpu: "GPU",
  tensor: "Tensor parallel size",
  length: "Longest request",
  cache: "KV cache dtype",
  checkpoint: "Quantisation",
};

function filters({ filter, values }: WhatIf, page: Own): HTMLElement {
  const change = (part: Partial<WhatIf["filter"]>): void =>
    page.send({ type: "filter", filter: { ...filter, ...part } });
  const selects = AXES.map((axis) => {
    const [now, ...others] = values[axis];
    const id = `filter-${axis}`;
    const options = [
      { key: "now", label: `as now: ${now?.label ?? ""}` },
      ...(others.length > 0 ? [{ key: "any", label: "any" }] : []),
      ...others,
    ];
    const select = element(
      "select",
      { id },
      ...options.map(({ key, label }) =>
        element("option", { value: key, selected: filter[axis] === key }, label),
      ),
    );
    select.addEventListener("change", () => change({ [axis]: select.value }));
    return element("div", {}, element("label", { for: id }, NAMES[axis]), select);
  });
  const box = element("input", { type: "checkbox", id: "filter-fitting", checked: filter.fitting });
  box.addEventListener("change", () => change({ fitting: box.checked }));
  const fitting = element("label", { class: "check" }, box, " only what fits");
  return element("form", { class: "filters", "aria-label": "What to compare" }, ...selects, fitting);
}

const COLUMNS = [
  "",
  "GPU",
  "#GPUs",
  "#TP",
  "#Length",
  "KV dtype",
  "Quantisation",
  "#KV tokens",
  "#Requests",
  "#Weights",
  "#KV cache",
];

function table(rows: readonly WhatIfRow[], page: Own): HTMLElement {
  const head = COLUMNS.map((name) => {
    const isNumber = name.startsWith("#");
    const text = isNumber ? name.slice(1) : name;
    return element(
      "th",
      { scope: "col", class: isNumber && "number" },
      text === "" ? element("span", { class: "hidden" }, "Fits") : text,
    );
  });
  const action = element("th", { scope: "col" }, element("span", { class: "hidden" }, "Change"));
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "Comparison" },
    element(
      "table",
      {},
      element(
        "caption",
        { class: "hidden" },
        "GPUs and flags with what vLLM would have room for, per GPU in GiB",
      ),
      element("thead", {}, element("tr", {}, ...head.slice(0, 1), action, ...head.slice(1))),
      element("tbody", {}, ...rows.map((row) => line(row, page))),
    ),
  );
}

const VERDICTS = { yes: "fits", tight: "tight", no: "no", unknown: "unknown" } as const;

function line(row: WhatIfRow, page: Own): HTMLElement {
  const number = (text: string): HTMLElement => element("td", { class: "number" }, text);
  const name = `${row.gpus ?? "?"} x ${row.gpu ?? "GPU"}, ${row.maxModelLen ?? "?"} tokens, ${row.quantization}`;
  const action = row.isNow
    ? element("strong", { class: "now" }, "as now")
    : row.canApply
      ? button("Preview", { id: `row-${row.id}`, "aria-label": `Preview the change to ${name}` }, () =>
          page.send({ type: "preview", row: row.id }),
        )
      : undefined;
  return element(
    "tr",
    { class: row.isNow && "present", title: row.reason || undefined, "aria-current": row.isNow && "true" },
    element("td", {}, element("span", { class: `verdict ${row.fits}` }, VERDICTS[row.fits])),
    element("td", {}, action),
    element("th", { scope: "row" }, row.gpu ?? "unknown"),
    number(count(row.gpus)),
    number(count(row.tensorParallel)),
    number(length(row.maxModelLen)),
    element("td", {}, row.kvCacheDtype),
    element("td", {}, row.quantization),
    number(row.fits === "no" ? "-" : tokens(row.tokens)),
    number(row.fits === "no" || row.maxConcurrency === null ? "-" : `${digits(row.maxConcurrency)}x`),
    number(gib(row.weightsGiB)),
    number(row.fits === "no" ? "-" : gib(row.kvCacheGiB)),
  );
}

function count(value: number | null): string {
  return value === null ? "?" : String(value);
}

function length(value: number | null): string {
  if (value === null) return "?";
  return value >= 1024 && value % 1024 === 0 ? `${value / 1024}k` : String(value);
}

function tokens(value: number | null): string {
  if (value === null) return "?";
  if (value < 10_000) return String(value);
  return value < 999_500 ? `${digits(value / 1000)}k` : `${digits(value / 1_000_000)}M`;
}

function gib(value: number | null): string {
  return value === null ? "?" : digits(value);
}

function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2);
}
