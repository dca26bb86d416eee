import fc from "fast-check";
import { interrogate, MANIFEST, newService, PATH } from "./support";

/** Pieces from which broken YAML about vLLM is easily made. */
const PIECES = [
  ...MANIFEST.split(/(?<=\n)/),
  "vllm", "vllm serve ", "--model", "--tensor-parallel-size=", "args: ", "command: [", "containers:\n", "- ", "  ", "\t", "\n", "\r\n", "\r", "\ufeff",
  "---\n", "...\n", "%YAML 1.2\n", "&a ", "*a", "<<: *a\n", "{", "}", "[", "]", "{{ .Values.x }}", "{{- if .x }}\n", "{{- end }}\n", "{{", "}}",
  "|\n", ">-\n", "|2+\n", "'", '"', "# vllm-k8s-ignore ", "# vllm-k8s: gpu=H100", ": ", "? ", "!!binary ", "\\", "$(X)", "${X:-", "`", "\0", "\ud800", "é", "数",
  "<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n", "sh -c '", "<<EOF\n", "EOF\n", "1e999", "9007199254740993", "-0", "~", "null",
]; // prettier-ignore

const QUERY_PIECES = [
  "vllm:num_requests_waiting", "vllm:gpu_cache_usage_perc", "vllm_num_requests_running", "vllm:time_to_first_token_seconds_bucket", "vllm:", ":vllm", "sum", "avg", "count(",
  "rate(", "increase(", "histogram_quantile(0.99, ", "sum by (le) (", "without (pod)", "{", "}", '{model_name="x"', "{model_name=~", ", ", '"', "'", "`", "(", ")", "[5m]", "[", "]",
  "[$__rate_interval]", "offset 1d", "@ end()", " / ", " * 100", " > ", " or vector(0)", " and ", " unless on(pod) ", "1e999", "NaN", "0x", "#", "\\", "\n", "\t", "$model",
  "${model:regex}", "<<.Series>>", "<<.LabelMatchers>>", "{{ .Release.Name }}", "{{", "é", "\ud800", "\0",
]; // prettier-ignore

describe("any input", () => {
  it("any query, in a trigger, an alert and an adapter's rule, gives answers within the text", () => {
    const query = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...QUERY_PIECES) },
        fc.string({ unit: "binary", maxLength: 6 }),
      ),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(query, (parts) => void interrogate(withQuery(parts.join("")))),
      { numRuns: 120 },
    );
  });

  it("any text about vLLM gives answers within the text", () => {
    const text = fc.array(
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: "binary" })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(text, (parts) => void interrogate(`# vllm\n${parts.join("")}`)),
      { numRuns: 400 },
    );
  });

  it("any bytes do not throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        interrogate(`vllm ${Buffer.from(bytes).toString("utf8")}`);
        interrogate(`vllm ${Buffer.from(bytes).toString("latin1")}`);
      }),
      { numRuns: 300 },
    );
  });

  it("a manifest with lines cut, doubled, swapped or overwritten gives answers within the text", () => {
    const lines = MANIFEST.split("\n");
    const mutation = fc.record({
      at: fc.nat(lines.length - 1),
      column: fc.nat(40),
      kind: fc.constantFrom("delete", "double", "swap", "cut", "insert", "indent"),
      piece: fc.constantFrom(...PIECES),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
        const text = mutations.reduce(mutate, lines).join("\n");
        interrogate(text);
      }),
      { numRuns: 500 },
    );
  });

  it("findings after an edit are those of the text opened afresh", () => {
    const edit = fc.record({
      at: fc.nat(MANIFEST.length),
      length: fc.nat(30),
      piece: fc.constantFrom(...PIECES),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        const edited = newService();
        edited.setFile(PATH, MANIFEST);
        let text = MANIFEST;
        for (const { at, length, piece } of edits) {
          text = text.slice(0, at) + piece + text.slice(at + length);
          edited.setFile(PATH, text);
          edited.diagnostics(PATH);
          edited.lenses(PATH);
        }
        const fresh = newService();
        fresh.setFile(PATH, text);
        const [after, before] = [edited, fresh].map((s) =>
          JSON.stringify([s.diagnostics(PATH), s.lenses(PATH), s.sizes(PATH)]),
        );
        if (after !== before) throw new Error(`${after}\nis not\n${before}`);
      }),
      { numRuns: 200 },
    );
  });
});

interface Mutation {
  readonly at: number;
  readonly column: number;
  readonly kind: string;
  readonly piece: string;
}

function mutate(lines: string[], { at, column, kind, piece }: Mutation): string[] {
  const line = lines[at] ?? "";
  const other = (at * 7 + column) % lines.length;
  const copy = [...lines];
  if (kind === "delete") copy.splice(at, 1 + (column % 3));
  else if (kind === "double") copy.splice(at, 0, line);
  else if (kind === "swap") [copy[at], copy[other]] = [copy[other] ?? "", line];
  else if (kind === "cut") copy[at] = line.slice(0, column);
  else if (kind === "insert") copy[at] = line.slice(0, column) + piece + line.slice(column);
  else copy[at] = " ".repeat(column % 5) + line;
  return copy;
}

/** The manifest with a query in each place that has one: quoted, folded and literal. */
function withQuery(query: string): string {
  const inBlock = query.replace(/\r\n?|\n/g, "\n              ");
  return `${MANIFEST.replace(/query: .*/, () => `query: ${JSON.stringify(query)}`)}---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: vllm}
spec:
  groups:
    - name: vllm
      rules:
        - alert: A
          expr: |
              ${inBlock}
        - alert: B
          expr: >-
              ${inBlock}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: adapter-vllm}
data:
  config.yaml: |
    rules:
      - seriesQuery: ${JSON.stringify(query)}
        metricsQuery: ${JSON.stringify(query)}
`;
}
