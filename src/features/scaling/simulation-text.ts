import type { Policy } from "../../autoscaling/policy";
import type { Run } from "../../simulation/run";

/** A time as people say it: `0.35 s`, `7 min`. */
export function secondsText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  return seconds < 180 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** What happened, in a few sentences; the worst first. */
export function sentencesOf({ summary, course, wins, notModelled }: Run, policy: Policy): readonly string[] {
  const { requests, refused, lost, ttft95, ttftWorst, changes, peakReplicas, podHours, preemptions } =
    summary;
  const share = (count: number): string => `${count} of ${requests} requests`;
  return [
    refused > 0 && `${share(refused)} found no ready replica.`,
    lost > 0 && `${share(lost)} were cut off by a scale-down.`,
    queueSentence(summary.waves),
    ttft95 !== undefined &&
      ttftWorst !== undefined &&
      `The first token took ${secondsText(ttft95)} at the 95th percentile and ${secondsText(ttftWorst)} at worst.`,
    `${peakReplicas} replicas at most, ${changes} ${changes === 1 ? "change" : "changes"}, ${podHours.toFixed(1)} pod hours.`,
    preemptions > 0 && `${preemptions} preemptions: the KV cache was full.`,
    ...winnerSentences(wins, notModelled, policy),
    Math.max(...course.ready) === 0 && "No replica was ever ready.",
  ].filter((sentence) => sentence !== false);
}

function queueSentence(waves: readonly number[]): string {
  const [first, ...later] = waves;
  if (first === undefined) return "No queue to speak of.";
  const again = Math.max(0, ...later);
  const start = `Up to ${first} requests waited for the first new replicas`;
  if (later.length === 0) return `${start}; then the queue stayed empty.`;
  const times = later.length === 1 ? "once more" : `${later.length} times more`;
  return `${start}; the queue came back ${times}, with up to ${again}.`;
}

function winnerSentences(
  wins: readonly number[],
  notModelled: readonly number[],
  policy: Policy,
): readonly string[] {
  return policy.metrics.flatMap((metric, i) => {
    const name = metric.name ?? metric.signal.metric?.text;
    const kind = policy.scaler.type === "keda" ? "Trigger" : "Metric";
    const what = `${kind} ${i + 1}${name === undefined ? "" : ` (${name})`}`;
    if (notModelled.includes(i)) return [`${what} is not simulated; it counts as one that cannot be read.`];
    if (policy.composed) return [];
    const won = wins[i] ?? 0;
    return [won === 0 ? `${what} never asked for the most.` : `${what} asked for the most in ${won} syncs.`];
  });
}
