import assert from "node:assert/strict";
import type { FileStatus } from "../../src/features/workspace/gate";
import { interrogate, MANIFEST, PATH } from "./support";
import { cpuTime } from "../cpu-time";

/** What a person may open by accident or malice, and how it is to be taken. */
interface Hostile {
  readonly name: string;
  readonly text: () => string;
  readonly status?: FileStatus;
}

const server = (args: string): string => MANIFEST.replace(/args: \[--model.*\]/, args);

function repeat(count: number, make: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => make(i)).join("");
}

/** Each level holds the one before it nine times: 9^depth values when resolved. */
function aliasBomb(depth: number): string {
  const first = "vllm: &l0 [--model, vllm, --model, vllm]\n";
  return first + repeat(depth, (i) => `x${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(", ")}]\n`);
}

const hostile: readonly Hostile[] = [
  { name: "an alias bomb", text: () => aliasBomb(12) },
  {
    name: "an alias bomb as arguments",
    text: () => aliasBomb(10) + "---\n" + MANIFEST + "---\n" + aliasBomb(10) + server("args: *l10").split("---")[0],
  },
  {
    name: "an alias bomb of merge keys",
    text: () =>
      "# vllm\nm0: &m0 {image: vllm/vllm-openai}\n" +
      repeat(14, (i) => `m${i + 1}: &m${i + 1} {<<: [${Array(9).fill(`*m${i}`).join(", ")}], k${i}: 1}\n`) +
      "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [*m14]}}}\n",
  },
  { name: "an alias in its own anchor", text: () => "vllm: &a {spec: *a, template: *a, containers: [*a]}\n" },
  { name: "an alias in its own list", text: () => "kind: Deployment\nvllm: &a [*a, *a, *a]\nspec: {template: {spec: {containers: *a}}}\n" },
  { name: "a merge key of itself", text: () => "vllm: &a\n  <<: *a\n  image: vllm/vllm-openai\n" },
  { name: "10,000 arguments", text: () => server(`args:\n${repeat(10_000, (i) => `            - --flag-${i}=1\n`)}`) },
  { name: "10,000 times the same argument", text: () => server(`args:\n${repeat(10_000, () => `            - --max-model-len=8192\n`)}`) },
  { name: "10,000 arguments in one line", text: () => server(`args: [${repeat(10_000, (i) => `--flag-${i}, `)}]`) },
  { name: "10,000 variables", text: () => server(`env:\n${repeat(9_000, (i) => `            - {name: V${i}, value: $(V${i - 1})}\n`)}`) },
  {
    name: "variables that double",
    text: () => server(`args: [$(V60)]\n          env:\n${repeat(60, (i) => `            - {name: V${i + 1}, value: "$(V${i})$(V${i})"}\n`)}`),
  },
  {
    name: "a script of variables that double",
    text: () => MANIFEST.replace("export TP=2", "A=aa\n" + repeat(60, () => "              A=$A$A\n") + "              export TP=$A"),
  },
  { name: "a long script", text: () => MANIFEST.replace("export TP=2\n", repeat(5_000, (i) => `echo ${i} $((${i} + 1)) "\${X:-y}"\n              `)) },
  { name: "a script of one long line", text: () => MANIFEST.replace("export TP=2\n", `true ${repeat(100_000, () => "a ")}\n`) },
  { name: "a script of open brackets", text: () => MANIFEST.replace("export TP=2", repeat(5_000, () => "$(")) },
  { name: "a script of open quotes and backslashes", text: () => MANIFEST.replace("export TP=2", repeat(5_000, () => "\\\\\"'`")) },
  { name: "5,000 containers", text: () => "kind: Pod\nspec:\n  containers:\n" + repeat(5_000, (i) => `  - {name: c${i}, image: vllm/vllm-openai}\n`) },
  { name: "3,000 documents", text: () => repeat(3_000, (i) => `apiVersion: v1\nkind: Service\nmetadata: {name: vllm-${i}}\n---\n`) + MANIFEST },
  { name: "19,000 documents of nothing", text: () => "# vllm\n" + repeat(19_000, () => "---\n") },
  { name: "5,000 levels of flow lists", text: () => `vllm: ${"[".repeat(5_000)}${"]".repeat(5_000)}\n` },
  { name: "5,000 levels of open flow maps", text: () => `vllm: ${"{a: ".repeat(5_000)}` },
  { name: "900 levels of block maps", text: () => "# vllm\n" + repeat(900, (i) => " ".repeat(i) + "spec:\n") },
  { name: "5,000 levels of block lists in one line", text: () => `vllm: vllm\nx:\n  ${"- ".repeat(5_000)}a\n` },
  { name: "tabs for indentation", text: () => MANIFEST.replaceAll("  ", "\t") },
  { name: "CRLF", text: () => MANIFEST.replaceAll("\n", "\r\n") },
  { name: "lone CR", text: () => MANIFEST.replaceAll("\n", "\r") },
  { name: "a BOM", text: () => "\ufeff" + MANIFEST },
  { name: "a BOM at each document", text: () => MANIFEST.replaceAll("---\n", "---\n\ufeff") },
  { name: "NUL characters", text: () => MANIFEST.replaceAll("vllm", "vllm\0") },
  { name: "conflict markers", text: () => MANIFEST.replace("  replicas: 2\n", "<<<<<<< ours\n  replicas: 2\n=======\n  replicas: 3\n>>>>>>> theirs\n"), status: "conflict" },
  { name: "duplicate keys", text: () => MANIFEST.replaceAll(/^( *)(spec|name|image|args):(.*)$/gm, "$1$2:$3\n$1$2:$3") },
  { name: "10,000 duplicate keys", text: () => "kind: Pod\n" + repeat(10_000, () => "spec: {containers: [{image: vllm/vllm-openai}]}\n") },
  { name: "merge keys", text: () => "x: &d {image: vllm/vllm-openai, args: [--model, x]}\nkind: Pod\nspec: {containers: [{<<: *d, name: a}, {<<: [*d, *d]}]}\n" },
  { name: "a file over 2 MB", text: () => MANIFEST + "# " + "x".repeat(2_000_001), status: "too-large" },
  { name: "a line of almost 2 MB", text: () => `vllm: [${"a,".repeat(900_000)}a]\n`, status: "too-large" },
  { name: "a line of almost 2 MB with an alias", text: () => `vllm: [&a a,${"a,".repeat(900_000)}*a]\n`, status: "too-large" },
  { name: "a comment of almost 2 MB", text: () => MANIFEST + "# " + "- ".repeat(990_000), status: "too-large" },
  { name: "blank space of almost 2 MB", text: () => MANIFEST + "x: " + " ".repeat(1_900_000) + "y", status: "too-large" },
  { name: "over 20,000 lines", text: () => MANIFEST + "\n".repeat(20_001), status: "too-large" },
  { name: "20,000 lines of one block scalar", text: () => "vllm: |\n" + repeat(19_000, (i) => `  line ${i}\n`) },
  { name: "open template expressions", text: () => MANIFEST + "{{ ".repeat(20_000) },
  { name: "template expressions in one line", text: () => MANIFEST + "x: " + "{{ .a }}".repeat(20_000) + "\n" },
  { name: "template directives in one line", text: () => MANIFEST + "{{ if .a }}".repeat(20_000) + "\n" },
  { name: "a query of open brackets", text: () => MANIFEST.replace(/query: .*/, `query: ${"sum(".repeat(5_000)}vllm:x`) },
  { name: "a long query", text: () => MANIFEST.replace(/query: .*/, `query: ${"vllm:num_requests_waiting + ".repeat(5_000)}1`) },
  { name: "5,000 ignore comments", text: () => repeat(5_000, () => "# vllm-k8s-ignore-next-line a, b until=2020-01-01 -- c\n") + MANIFEST },
  { name: "JSON inside of an argument, deep", text: () => server(`args: [--model, x, --speculative-config, '${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}']`) },
  { name: "numbers beyond all bounds", text: () => server(`args: [--model, x, --max-model-len, "${"9".repeat(5_000)}", --tensor-parallel-size=1e999, --gpu-memory-utilization=-inf]`).replace("gpu: 1", `gpu: ${"9".repeat(400)}`) },
]; // prettier-ignore

describe("hostile input", () => {
  // Every question about every finding.
  const LIMIT_MS = 5000;
  const { stackTraceLimit } = Error;

  // mocha lifts the limit, which makes each of a parser's thousand errors dear.
  before(() => void (Error.stackTraceLimit = 10));
  after(() => void (Error.stackTraceLimit = stackTraceLimit));

  for (const { name, text, status = "analysed" } of hostile) {
    it(`${name}: answered within ${LIMIT_MS} ms of work`, () => {
      const input = text();
      const started = cpuTime();
      const service = interrogate(input);
      const took = cpuTime() - started;
      assert.equal(service.status(PATH), status);
      assert.ok(took < LIMIT_MS, `took ${Math.round(took)} ms`);
    });
  }
});
