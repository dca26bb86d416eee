import { candidateName, prometheusCandidates, type Candidate } from "../../../../live/discover";
import type { LiveServer } from "../../../../live/manifest";
import { LiveFailure } from "../../../../live/failure";
import {
  intervalQuery,
  PROBE_QUERY,
  rateWindow,
  scopeFrom,
  type ScopeFound,
  type Workload,
} from "../../../../live/scope";
import { failureFrom } from "../access/failures";
import type { Transport } from "../access/transport";
import { UrlTransport } from "../access/url-transport";
import type { ClusterReader } from "./cluster-reader";
import { PromClient, PrometheusSource, serverOf, type PromServer } from "./prometheus-source";
import { ScrapeSource } from "./scrape-source";
import type { Source, SourceChoice } from "./source";

export interface Wanted {
  readonly workload: Workload;
  readonly server: LiveServer;
  readonly choice: SourceChoice;
  readonly now: () => number;
}

export interface Found {
  readonly source: Source;
  /** Every place that was looked at, for the log and for choosing. */
  readonly trace: readonly string[];
  readonly candidates: readonly Candidate[];
}

const PROBE_MS = 3000;
const MOST_PROBES = 6;

/** Finds the Prometheus that holds vLLM's series; without one the pods are read. */
export async function findSource(
  transport: Transport,
  reader: ClusterReader,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Found> {
  const { workload, server, choice } = wanted;
  const pods = new ScrapeSource(transport, workload.namespace, server.port);
  if (choice.kind === "pods") return { source: pods, trace: ["the pods were chosen"], candidates: [] };
  const trace: string[] = [];
  if (choice.kind === "url") {
    const address = new URL(choice.url);
    const server: PromServer = {
      name: address.host,
      because: "your setting",
      base: address.pathname.replace(/\/+$/, ""),
      namespace: undefined,
    };
    const own = await probe(new UrlTransport(address), server, wanted, trace, signal);
    if (!own)
      throw new LiveFailure(
        "upstream",
        "not-prometheus",
        `${address.host} does not answer as Prometheus does.`,
      );
    return { source: own.source, trace, candidates: [] };
  }
  const candidates =
    choice.kind === "service" ? [choice.candidate] : await search(reader, workload.namespace, trace, signal);
  const probed = await Promise.all(
    candidates
      .slice(0, MOST_PROBES)
      .map((candidate) => probe(transport, serverOf(candidate), wanted, trace, signal)),
  );
  const good = probed.filter((each) => each !== undefined);
  const best =
    good.find(({ found }) => found.by !== "everything" && found.series > 0) ??
    good.find(({ found }) => found.series > 0) ??
    good[0];
  if (!best) {
    if (choice.kind === "service")
      throw new LiveFailure(
        "upstream",
        "not-prometheus",
        `${candidateName(choice.candidate)} does not answer as Prometheus does.`,
      );
    return { source: pods, trace, candidates };
  }
  // One that knows nothing of vLLM is no better than the pods themselves.
  if (best.found.series === 0 && choice.kind === "auto") return { source: pods, trace, candidates };
  return { source: best.source, trace, candidates };
}

async function search(
  reader: ClusterReader,
  namespace: string,
  trace: string[],
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  try {
    return prometheusCandidates(await reader.services(undefined, signal));
  } catch (error) {
    const failure = failureFrom(error);
    if (failure.code !== "forbidden") throw failure;
    trace.push(failure.message);
    const own = [namespace, "monitoring"].map((each) => reader.services(each, signal).catch(() => []));
    return prometheusCandidates((await Promise.all(own)).flat());
  }
}

interface Probed {
  readonly source: PrometheusSource;
  readonly found: ScopeFound;
}

async function probe(
  transport: Transport,
  promServer: PromServer,
  { workload, server, now }: Wanted,
  trace: string[],
  signal: AbortSignal,
): Promise<Probed | undefined> {
  const client = new PromClient(transport, promServer);
  const soon = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
  try {
    const clockOff = await clockDifference(client, now, soon);
    const at = now() - clockOff;
    const { series } = await client.instant(PROBE_QUERY, at, soon);
    const found = scopeFrom(series, workload, server.model);
    const samples =
      found.series === 0 ? undefined : await client.instant(intervalQuery(found.scope), at, soon);
    const scope = { ...found.scope, windowSeconds: rateWindow(samples?.series[0]?.points[0]?.[1]) };
    trace.push(`${promServer.name}: ${found.series} series of vLLM`);
    return { source: new PrometheusSource(client, scope, noteOf(found), clockOff), found };
  } catch (error) {
    if (signal.aborted) throw error;
    trace.push(`${promServer.name}: ${failureFrom(error).message}`);
    return undefined;
  }
}

/** Small differences are the way there and back; large ones would ask for a time that has no samples. */
const CLOCKS_AGREE_MS = 5000;

async function clockDifference(client: PromClient, now: () => number, signal: AbortSignal): Promise<number> {
  // Without a time Prometheus takes its own.
  const answer = await client.ownTime(signal);
  const difference = answer === undefined ? 0 : now() - answer;
  return Math.abs(difference) < CLOCKS_AGREE_MS ? 0 : difference;
}

function noteOf({ by }: ScopeFound): string {
  if (by === "pod") return "";
  return by === "model" ? ", told apart by model name only" : ", all vLLM servers together";
}
