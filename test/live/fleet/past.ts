import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fleet } from "./fleet";
import { metricsText } from "./metrics-text";

/** How a fleet spent its life before anybody looked. */
export interface Past {
  /** Seconds between scrapes. */
  readonly every: number;
  /** Requests a second on each pod, at a time in seconds since 1970. */
  readonly loadAt: (time: number) => number;
  /** What other exporters said at that moment, in the text format. */
  readonly others?: () => string;
}

/** Lets a fleet live from its start until now, and gives what would have been scraped of it as OpenMetrics with times. */
export function livedThrough(
  { pods }: Fleet,
  { every, loadAt, others }: Past,
  { namespace, dcgmPort, until }: { namespace: string; dcgmPort?: number | undefined; until: number },
): string {
  const lines: string[] = [];
  const from = pods[0]?.engine.startedAt ?? until;
  for (let time = from + every; time < until - 1; time += every) {
    for (const { name, port, engine } of pods) {
      engine.load = loadAt(time);
      engine.advance(time);
      const own = `job="vllm",instance="127.0.0.1:${port}",namespace="${namespace}",pod="${name}"`;
      lines.push(...timed(metricsText(engine), own, time));
    }
    if (others) lines.push(...timed(others(), `job="dcgm",instance="127.0.0.1:${dcgmPort}"`, time));
  }
  return `${lines.join("\n")}\n# EOF\n`;
}

function timed(text: string, labels: string, time: number): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const [, name, own, value] = /^(\w[\w:]*)\{([^}]*)\} (\S+)$/.exec(line) ?? [];
    return name === undefined || name.endsWith("_created")
      ? []
      : [`${name}{${own},${labels}} ${value} ${time.toFixed(3)}`];
  });
}

/** Puts it where a Prometheus that starts with this folder finds it. */
export function importPast(text: string, folder: string): void {
  const file = join(folder, "past.txt");
  writeFileSync(file, text);
  execFileSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", "-q", file, join(folder, "data")], {
    stdio: "ignore",
  });
}
