import { flagCatalogue } from "../../src/data/flags";
import type { Output } from "./output";

/** One rule of a TextMate grammar, as far as ours use them. https://macromates.com/manual/en/language_grammars */
interface GrammarRule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly GrammarRule[];
}

const SHARED = "source.vllm-k8s";
/** Keys are strings too. */
const KEY = "-entity.name.tag";

/**
 * Injections into the editor's YAML grammar. They match nothing but vLLM's own names, and regions begin only where one is on the
 * line, so that other YAML keeps its colours. The editor tries every selector at every token, from left to right: what most tokens
 * fail comes first, and nothing is excluded that cannot occur.
 */
export function grammars(): readonly Output[] {
  return [
    grammar("vllm", SHARED, { repository: repository() }),
    injection("comments", "comment.line.number-sign.yaml", DIRECTIVES),
    injection("blocks", "string.unquoted.block -meta.embedded", [
      shellRegion(),
      queryRegion("", ".*", "(?<![-+*/(,\\s])\\s*$"),
      FLAGS,
    ]),
    injection("scalars", `string ${KEY} -string.unquoted.block -string.unquoted.plain.in -meta.embedded`, [
      queryRegion('(?<=")', '[^"]*', '(?=")|$'),
      queryRegion("(?<=')", "[^']*", "(?='(?!'))|$"),
      queryRegion("(?<![\"'])", ".*", "$|(?=\\s#)"),
      FLAGS,
    ]),
    injection("flow", `string.unquoted.plain.in ${KEY}`, [FLAGS]),
  ];
}

function grammar(name: string, scopeName: string, rest: object): Output {
  const about = "Made by scripts/generate/grammars.ts.";
  const text = JSON.stringify({ information_for_contributors: [about], scopeName, ...rest }, null, 2);
  return { file: `syntaxes/${name}.tmLanguage.json`, text: text + "\n" };
}

function injection(name: string, scopes: string, patterns: readonly GrammarRule[]): Output {
  return grammar(name, `${SHARED}.${name}`, { injectionSelector: `L:${scopes}`, patterns });
}

const FLAGS: GrammarRule = { include: `${SHARED}#flags` };

/** To the end of the scalar, whose own rule takes it off; from a line on that starts vLLM or sets one of its variables. */
function shellRegion(): GrammarRule {
  const starts = "\\bvllm\\s+(?:serve|bench|run-batch)\\b|-m\\s+vllm\\.|\\bVLLM_[A-Z0-9_]+=";
  return {
    name: "meta.embedded.shell.vllm",
    begin: `\\G(?=[^#\\n]*(?:${starts}))`,
    end: "(?!)",
    patterns: [{ include: `${SHARED}#shell` }, FLAGS],
  };
}

/** A query with one of vLLM's metrics; in a block scalar it goes on after a line that ends in an operator. */
function queryRegion(after: string, before: string, end: string): GrammarRule {
  return {
    name: "meta.embedded.promql.vllm",
    begin: `\\G${after}(?=${before}\\bvllm:[a-z_]+)`,
    end,
    patterns: [{ include: `${SHARED}#promql` }],
  };
}

const DIRECTIVES: readonly GrammarRule[] = [
  {
    match:
      "(?<=#|# )(vllm-k8s-ignore(?:-next-line|-file)?)((?:[ ,]+[a-z]+(?:/[a-z0-9-]+)?(?=[ ,]|$))*)(?: +(until)(=)(\\d{4}-\\d\\d-\\d\\d))?(?=\\s|$)",
    captures: captures(
      "keyword.control.directive.vllm",
      "entity.name.tag.rule.vllm",
      "variable.parameter.directive.vllm",
      "keyword.operator.assignment.vllm",
      "constant.numeric.date.vllm",
    ),
  },
  {
    match: "(?<=#|# )(vllm-k8s):\\s*(gpu)\\s*(=)\\s*(\\S+)",
    captures: captures(
      "keyword.control.directive.vllm",
      "variable.parameter.directive.vllm",
      "keyword.operator.assignment.vllm",
      "constant.other.gpu.vllm",
    ),
  },
];

function captures(...names: readonly string[]): Readonly<Record<string, { readonly name: string }>> {
  return Object.fromEntries(names.map((name, i) => [String(i + 1), { name }]));
}

/** Options that many other programs have as well; alone they say nothing of vLLM. */
const COMMON = new Set(
  "--host --port --model --seed --config --version --headless --ssl-keyfile --ssl-certfile --revision --tokenizer --dtype --api-key --middleware --device --block-size --root-path".split(
    " ",
  ),
);

function repository(): Readonly<Record<string, { readonly patterns: readonly GrammarRule[] }>> {
  return { flags: { patterns: flags() }, shell: { patterns: SHELL }, promql: { patterns: PROMQL } };
}

function flags(): readonly GrammarRule[] {
  const names = flagCatalogue.flags.flatMap(({ flag, aliases, negatable }) => [
    flag,
    ...(aliases ?? []),
    ...(negatable === undefined ? [] : [`--no-${flag.slice(2)}`]),
  ]);
  const own = [...new Set(names)].filter((name) => name.startsWith("--") && !COMMON.has(name));
  const alternatives = own
    .map((name) => name.slice(2).replaceAll("_", "-").replaceAll("-", "[-_]"))
    .sort()
    .join("|");
  return [
    {
      match: `(?<![\\w-])(--(?:${alternatives}))(?![\\w-])(?:(=)(\\d+(?:\\.\\d+)?(?![\\w.]))?)?`,
      captures: captures(
        "variable.parameter.option.vllm",
        "keyword.operator.assignment.vllm",
        "constant.numeric.vllm",
      ),
    },
  ];
}

const SHELL: readonly GrammarRule[] = [
  { name: "comment.line.number-sign.shell", match: "(?<=^|\\s)#.*$" },
  { name: "constant.character.escape.line-continuation.shell", match: "\\\\$" },
  { name: "variable.other.normal.shell", match: "\\$\\{[A-Za-z_]\\w*[^}]*\\}|\\$[A-Za-z_]\\w*|\\$[@#?*0-9]" },
  { name: "variable.other.assignment.shell", match: "(?<![\\w-])[A-Za-z_]\\w*(?==)" },
  { name: "keyword.operator.logical.shell", match: "&&|\\|\\||[|;](?!\\w*\\))" },
  {
    name: "keyword.control.shell",
    match: "(?<![\\w/.-])(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|in)(?![\\w/.=-])",
  },
  {
    name: "support.function.builtin.shell",
    match: "(?<![\\w/.-])(?:exec|export|set|source|echo|cd|trap|wait|exit|eval|test)(?![\\w/.=-])",
  },
  {
    name: "entity.name.command.shell",
    match: "\\bvllm\\s+(?:serve|bench|run-batch)\\b|-m\\s+vllm\\.[\\w.]+",
  },
  { name: "string.quoted.single.shell", match: "'[^'\\n]*'" },
];

const PROMQL: readonly GrammarRule[] = [
  { name: "constant.character.escape.yaml", match: "\\\\.|''" },
  { name: "support.variable.metric.vllm", match: "\\bvllm:[a-zA-Z0-9_:]+" },
  {
    name: "keyword.other.promql",
    match: "\\b(?:by|without|on|ignoring|group_left|group_right|bool|offset|and|or|unless)\\b(?!\\s*=)",
  },
  { name: "support.function.promql", match: "\\b[a-z_]+(?=\\s*(?:(?:by|without)\\s*\\([^)]*\\)\\s*)?\\()" },
  { name: "variable.parameter.label.promql", match: "\\b[a-zA-Z_]\\w*(?=\\s*(?:=~|!=|!~|=(?!=)))" },
  { name: "constant.numeric.duration.promql", match: "(?<=\\[|:)(?:\\d+(?:ms|[smhdwy]))+(?=\\]|:)" },
  { name: "constant.numeric.promql", match: "(?<![\\w.:])\\d+(?:\\.\\d+)?(?![\\w.])" },
  { name: "keyword.operator.promql", match: "=~|!~|[=!<>]=|[-+*/%^<>=]" },
];
