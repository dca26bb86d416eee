import "uplot/dist/uPlot.min.css";
import "./live.css";
import type { AlertView, LiveMessage, LiveView, PanelView, StatusView, TriggerView } from "../../live/view";
import { button, element } from "../elements";
import { Chart } from "../live/chart";
import { panelTable } from "../live/panel-table";
import { summaryOf } from "../live/summary";
import { startPage, type Page } from "../page";

type Own = Page<LiveMessage>;

interface Remembered {
  readonly table: boolean;
}

/** Charts outlive a drawing of the page: a new one each second would flicker and cost. */
const charts = new Map<string, Chart>();

startPage<LiveView, LiveMessage>({ isState: isLiveView, draw });

function isLiveView(state: unknown): state is LiveView {
  const { workload, panels, triggers, alerts, servers, ranges, status } = (state ?? {}) as Partial<LiveView>;
  return (
    typeof workload === "string" &&
    [panels, triggers, alerts, servers, ranges].every(Array.isArray) &&
    status !== undefined
  );
}

function draw(view: LiveView, page: Own): readonly Node[] {
  const { table } = rememberedOf(page);
  const body = table
    ? view.panels.map((panel) => panelTable(panel))
    : view.panels.map((panel) => card(panel, view, page));
  return [
    heading(view, page),
    toolbar(view, page, table),
    view.triggers.length > 0 ? triggerTable(view.triggers) : undefined,
    view.alerts.length > 0 ? alerts(view.alerts) : undefined,
    view.findings.length > 0 ? findings(view.findings) : undefined,
    element("section", { class: table ? "tables" : "cards", "aria-label": "Metrics" }, ...body),
  ].filter((each) => each !== undefined);
}

function rememberedOf(page: Own): Remembered {
  const state = page.remembered() as Partial<Remembered> | undefined;
  return { table: state?.table === true };
}

function heading(view: LiveView, page: Own): HTMLElement {
  const fact = (name: string, value: string): HTMLElement =>
    element("span", { class: "fact" }, element("span", { class: "muted" }, `${name} `), value);
  return element(
    "header",
    {},
    element("div", { class: "title" }, element("h1", {}, view.workload), statusLine(view.status, page)),
    element(
      "p",
      { class: "facts" },
      fact("context", view.context),
      fact("cluster", view.cluster),
      fact("namespace", view.namespace),
      fact("source", view.source),
    ),
  );
}

function statusLine(status: StatusView, page: Own): HTMLElement {
  const words = [element("strong", { class: `sign ${status.kind}` }, status.text)];
  const more = status.advice === undefined ? [] : [element("span", { class: "muted" }, status.advice)];
  const retry =
    status.kind === "failed" || status.kind === "stale"
      ? [button("Try now", { id: "retry" }, () => page.send({ type: "retry" }))]
      : [];
  return element(
    "div",
    { class: "status", role: "status" },
    ...words,
    ...more,
    ...retry,
    status.code === undefined ? undefined : element("pre", {}, status.code),
  );
}

function toolbar(view: LiveView, page: Own, table: boolean): HTMLElement {
  return element(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "What to show" },
    view.servers.length > 1
      ? choice("server", "Server", view.servers, view.server, (server) =>
          page.send({ type: "server", server }),
        )
      : undefined,
    choice(
      "range",
      "Time range",
      view.ranges.map(({ label }) => `last ${label}`),
      view.ranges.findIndex(({ minutes }) => minutes === view.range),
      (i) => page.send({ type: "range", minutes: view.ranges[i]?.minutes ?? 15 }),
    ),
    choice("pods", "Pods", ["all pods together", "pod by pod"], view.byPod ? 1 : 0, (i) =>
      page.send({ type: "pods", byPod: i === 1 }),
    ),
    button(view.paused ? "Go on" : "Pause", { id: "pause", "aria-pressed": String(view.paused) }, () =>
      page.send({ type: "pause", paused: !view.paused }),
    ),
    button(table ? "Charts" : "Tables", { id: "tables" }, () => {
      page.remember({ table: !table } satisfies Remembered);
      page.redraw();
    }),
    element("span", { class: "gap" }),
    button("Context …", { id: "switch", "aria-label": "Switch context" }, () =>
      page.send({ type: "switch" }),
    ),
    button("Disconnect", { id: "disconnect" }, () => page.send({ type: "disconnect" })),
  );
}

function choice(
  id: string,
  label: string,
  options: readonly string[],
  chosen: number,
  choose: (i: number) => void,
): HTMLElement {
  const select = element(
    "select",
    { id, "aria-label": label, title: label },
    ...options.map((text, i) => element("option", { value: i, selected: i === chosen }, text)),
  );
  select.addEventListener("change", () => choose(Number(select.value)));
  return select;
}

function triggerTable(triggers: readonly TriggerView[]): HTMLElement {
  const columns = ["Trigger", "#Value now", "#Threshold", "#Replicas", "#HPA asks for"];
  const head = columns.map((name) =>
    element("th", { scope: "col", class: name.startsWith("#") && "number" }, name.replace("#", "")),
  );
  const rows = triggers.map(({ name, value, threshold, replicas, wanted, note }) =>
    element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        name,
        note === "" ? undefined : element("span", { class: "note muted" }, note),
      ),
      ...[value, threshold, replicas].map((text) => element("td", { class: "number" }, text)),
      element(
        "td",
        { class: "number" },
        element("strong", { class: wanted !== "–" && wanted !== replicas && "differs" }, wanted),
      ),
    ),
  );
  return element(
    "section",
    { class: "triggers" },
    element(
      "table",
      {},
      element("caption", {}, "Autoscaling: what this manifest's triggers ask for now"),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...rows),
    ),
  );
}

const ALERT_WORDS: Readonly<Record<AlertView["state"], string>> = {
  firing: "firing",
  pending: "pending",
  holds: "true now, not a rule of this Prometheus",
  quiet: "quiet",
};

function alerts(all: readonly AlertView[]): HTMLElement {
  return element(
    "section",
    { class: "alerts" },
    element("span", { class: "muted", id: "alerts-title" }, "Alerts of this manifest"),
    element(
      "ul",
      { "aria-labelledby": "alerts-title" },
      ...all.map(({ name, state }) =>
        element(
          "li",
          { class: `alert ${state}` },
          element("span", {}, name),
          element("span", { class: "state" }, ALERT_WORDS[state]),
        ),
      ),
    ),
  );
}

function findings(all: readonly string[]): HTMLElement {
  return element("ul", { class: "findings" }, ...all.map((text) => element("li", {}, text)));
}

function card(panel: PanelView, view: LiveView, page: Own): HTMLElement {
  let chart = charts.get(panel.id);
  if (!chart) charts.set(panel.id, (chart = new Chart()));
  chart.show(panel, view.range * 60);
  const copy = panel.hasQuery && view.source.startsWith("Prometheus");
  return element(
    "article",
    { class: "card", "aria-labelledby": `title-${panel.id}` },
    element(
      "div",
      { class: "head" },
      element("h2", { id: `title-${panel.id}`, title: panel.about }, panel.title),
      copy
        ? button(
            "PromQL",
            {
              id: `copy-${panel.id}`,
              class: "plain small",
              title: "Copy the query",
              "aria-label": `Copy PromQL of ${panel.title}`,
            },
            () => page.send({ type: "copy", panel: panel.id }),
          )
        : undefined,
    ),
    element(
      "div",
      { class: "now" },
      element("span", { class: "value" }, panel.now),
      element("span", { class: "muted" }, panel.note ?? mainLabel(panel)),
    ),
    chart.holder(summaryOf(panel, view.range)),
    legend(panel, chart),
  );
}

function mainLabel({ id, lines }: PanelView): string {
  if (id === "ttft" || id === "itl") return "p95";
  if (id === "finished") return "for all reasons";
  return lines.length > 1 ? (lines[0]?.label ?? "") : "";
}

function legend({ lines, thresholds }: PanelView, chart: Chart): HTMLElement {
  const entries =
    lines.length < 2 ? [] : lines.slice(0, 6).map(({ label }, i) => ({ label, kind: `line-${i % 6}` }));
  const more = lines.length > 6 ? [{ label: `and ${lines.length - 6} more`, kind: "none" }] : [];
  const limits = thresholds.map((each) => ({
    label: chart.legendOf(each),
    kind: each.state === "firing" ? "limit firing" : "limit",
  }));
  return element(
    "ul",
    { class: "legend" },
    ...[...entries, ...more, ...limits].map(({ label, kind }) =>
      element("li", {}, element("span", { class: `swatch ${kind}`, "aria-hidden": "true" }), label),
    ),
  );
}
