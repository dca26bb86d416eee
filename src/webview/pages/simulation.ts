import "./simulation.css";
import uPlot from "uplot";
import type { Side, SimulationState } from "../../features/scaling/simulation-answer";
import { button, element, prose } from "../elements";
import { startPage, type Page } from "../page";
import type { ChosenLoad, SimulationMessage } from "../simulation-messages";

type Own = Page<SimulationMessage>;

startPage<SimulationState, SimulationMessage>({ isState, draw });

function isState(state: unknown): state is SimulationState {
  const { answer, profile, profiles } = (state ?? {}) as Partial<SimulationState>;
  return typeof answer === "object" && typeof profile === "string" && Array.isArray(profiles);
}

function draw(state: SimulationState, page: Own): readonly Node[] {
  const { answer } = state;
  if ("problem" in answer)
    return [
      element("h1", {}, "Autoscaling"),
      controls(state, page),
      element("p", { role: "status" }, prose(answer.problem)),
    ];
  const { before, after } = answer;
  const tops = TRACKS.map(({ values }) =>
    Math.max(
      ...[before, ...(after ? [after] : [])].flatMap((side) => values(side).map((value) => value ?? 0)),
    ),
  );
  return [
    element("h1", {}, answer.title),
    controls(state, page),
    element(
      "div",
      { class: "sides" },
      sideOf("As it is", before, tops),
      after
        ? sideOf("After the proposed fixes", after, tops, fixButton(page))
        : element(
            "section",
            {},
            element("h2", {}, "After the fixes"),
            element("p", {}, "Nothing is proposed that would change it."),
          ),
    ),
    inputs(answer.inputs),
  ];
}

/** What a person wrote last, so that a load that is refused can be put right where it stands. */
let written: ChosenLoad = {};

function controls({ answer, profile, profiles, recording }: SimulationState, page: Own): HTMLElement {
  const names = recording === undefined ? profiles : [...profiles, "recorded"];
  const select = element(
    "select",
    { id: "profile" },
    ...names.map((name) => element("option", { value: name, selected: name === profile }, name)),
  );
  select.addEventListener("change", () => page.send({ type: "profile", profile: select.value }));
  const load = "problem" in answer ? undefined : answer.load;
  const isNamed = profile !== "recorded";
  return element(
    "div",
    { class: "controls" },
    element("label", { for: "profile" }, "Load"),
    select,
    ...(isNamed
      ? [
          ...field("low", "from", load?.low, page),
          ...field("high", "to", load?.high, page),
          element("span", {}, "requests/s over"),
          ...field("minutes", "", load && load.seconds / 60, page),
          element("span", {}, "min"),
        ]
      : [element("span", { class: "muted" }, recording)]),
    button("Recorded load…", { id: "recording" }, () => page.send({ type: "recording" })),
  );
}

/** Empty again means: as the manifest suggests. */
function field(name: keyof ChosenLoad, label: string, value: number | undefined, page: Own): HTMLElement[] {
  const shown = written[name] ?? (value === undefined ? undefined : Number(value.toPrecision(3)));
  const input = element("input", {
    id: name,
    type: "number",
    min: name === "low" ? 0 : undefined,
    step: "any",
    value: shown,
    ...(label === "" && { "aria-label": "Minutes" }),
  });
  input.addEventListener("change", () => {
    const number = input.value === "" ? undefined : Number(input.value);
    written = { ...written, [name]: number };
    page.send({ type: "load", load: written });
  });
  return label === "" ? [input] : [element("label", { for: name }, label), input];
}

interface Track {
  readonly name: string;
  readonly unit: string;
  readonly colour: string;
  /** Steps for counts of pods, a line for the rest. */
  readonly stepped?: boolean;
  readonly values: (side: Side) => readonly (number | null)[];
}

const TRACKS: readonly Track[] = [
  { name: "Requests", unit: "/s", colour: "--vscode-charts-foreground", values: ({ course }) => course.rate },
  {
    name: "Ready replicas",
    unit: "",
    colour: "--vscode-charts-blue",
    stepped: true,
    values: ({ course }) => course.ready,
  },
  {
    name: "Waiting requests",
    unit: "",
    colour: "--vscode-charts-red",
    values: ({ course }) => course.waiting,
  },
  {
    name: "KV cache",
    unit: " %",
    colour: "--vscode-charts-purple",
    values: ({ course }) => course.cacheUse.map((share) => 100 * share),
  },
  {
    name: "First token, 95th percentile",
    unit: " s",
    colour: "--orange",
    values: ({ course }) => course.ttft95,
  },
];

function fixButton(page: Own): HTMLElement {
  return button("Apply…", { id: "fix", title: "Shows the changes of all files first" }, () =>
    page.send({ type: "fix" }),
  );
}

function sideOf(name: string, side: Side, tops: readonly number[], action?: HTMLElement): HTMLElement {
  return element(
    "section",
    { "aria-label": name },
    element("div", { class: "head" }, element("h2", {}, name), action),
    element("ul", {}, ...side.sentences.map((sentence) => element("li", {}, prose(sentence)))),
    ...TRACKS.map((track, i) => figure(track, side, tops[i] ?? 1)),
  );
}

const HEIGHT = 96;

/** A chart is a picture: what it shows is said beside it, for those who cannot see it. */
function figure(track: Track, side: Side, top: number): HTMLElement {
  const values = track.values(side);
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  const said = `at most ${most >= 100 ? most.toFixed(0) : Number(most.toPrecision(2))}${track.unit}`;
  const place = element("div", { role: "img", "aria-label": `${track.name} over time, ${said}` });
  const caption = element("figcaption", {}, element("span", {}, track.name), element("span", {}, said));
  const made = element("figure", {}, caption, place);
  new ResizeObserver((entries, observer) => {
    const width = Math.floor(entries[0]?.contentRect.width ?? 0);
    if (width === 0) return;
    observer.disconnect();
    plot(place, track, [side.course.time.map((time) => time / 60), [...values]], { width, top });
  }).observe(place);
  return made;
}

function plot(
  place: HTMLElement,
  track: Track,
  data: uPlot.AlignedData,
  { width, top }: { width: number; top: number },
): void {
  const colour = (name: string, otherwise: string): string =>
    getComputedStyle(document.body).getPropertyValue(name).trim() || otherwise;
  const muted = colour("--vscode-descriptionForeground", "#888");
  const line = colour(track.colour, "#48f");
  const axis = {
    stroke: muted,
    grid: { stroke: "rgba(128,128,128,0.18)", width: 1 },
    ticks: { show: false },
    font: "11px sans-serif",
  };
  const paths = track.stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  const chart = new uPlot(
    {
      width,
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: false }, y: { range: [0, Math.max(top, 1e-9) * 1.05] } },
      axes: [
        { ...axis, size: 22, values: (_, splits) => splits.map((minute) => `${minute} min`) },
        { ...axis, size: 46 },
      ],
      series: [
        {},
        {
          stroke: line,
          width: 1.5,
          fill: `color-mix(in srgb, ${line} 18%, transparent)`,
          points: { show: false },
          ...(paths && { paths }),
        },
      ],
    },
    data,
    place,
  );
  new ResizeObserver(([entry]) =>
    chart.setSize({ width: Math.floor(entry?.contentRect.width ?? width), height: HEIGHT }),
  ).observe(place);
}

function inputs(
  rows: readonly { readonly name: string; readonly value: string; readonly origin: string }[],
): HTMLElement {
  const body = rows.map(({ name, value, origin }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", {}, value),
      element("td", { class: "muted" }, origin),
    ),
  );
  const head = ["Input", "Value", "From"].map((name) => element("th", { scope: "col" }, name));
  return element(
    "section",
    {},
    element("h2", {}, "What it rests on"),
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)),
  );
}
