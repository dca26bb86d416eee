import { own } from "../base/own";
/**
 * KEDA's `scalingModifiers.formula`: the part of expr-lang that such formulas use. Numbers, trigger names, `+ - * / % ** ^`,
 * comparisons, `&& || !` and their words, `? :`, and the functions below. Anything else is not understood, and then nothing is said.
 * https://keda.sh/docs/2.20/reference/scaledobject-spec/#scalingmodifiers and https://expr-lang.org/docs/language-definition
 */
export interface Formula {
  /** Names of triggers it reads, in order of appearance. */
  readonly names: readonly string[];
  /** Undefined when a name has no value or the result is no number. */
  evaluate(values: ReadonlyMap<string, number>): number | undefined;
}

type Value = number | boolean;
type Node = (values: ReadonlyMap<string, number>) => Value;

class NotUnderstood extends Error {}

const FUNCTIONS: Readonly<Record<string, (args: readonly number[]) => number>> = {
  max: (args) => Math.max(...args),
  min: (args) => Math.min(...args),
  sum: (args) => args.reduce((a, b) => a + b, 0),
  mean: (args) => args.reduce((a, b) => a + b, 0) / args.length,
  median: (args) => middle([...args].sort((a, b) => a - b)),
  abs: ([x = NaN]) => Math.abs(x),
  ceil: ([x = NaN]) => Math.ceil(x),
  floor: ([x = NaN]) => Math.floor(x),
  round: ([x = NaN]) => Math.round(x),
  float: ([x = NaN]) => x,
  int: ([x = NaN]) => Math.trunc(x),
};

function middle(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** Operators from the weakest binding to the strongest. */
const LEVELS: readonly (readonly string[])[] = [
  ["||", "or"],
  ["&&", "and"],
  ["==", "!=", "<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/", "%"],
];

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => Value>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

const TOKEN =
  /\s*(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[A-Za-z_]\w*|\*\*|==|!=|<=|>=|&&|\|\||[-+*/%^<>!?:(),[\]])/y;

/** Undefined when the text is not in the part of the language above. */
export function parseFormula(text: string): Formula | undefined {
  try {
    const parser = new Parser(tokensOf(text));
    const root = parser.whole();
    return {
      names: [...parser.names],
      evaluate(values) {
        if ([...parser.names].some((name) => !values.has(name))) return undefined;
        const value = root(values);
        return typeof value === "number" && Number.isFinite(value) ? value : undefined;
      },
    };
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const match = TOKEN.exec(text);
    if (!match) throw new NotUnderstood();
    tokens.push(match[1] ?? "");
  }
  return tokens;
}

/** Deeper nesting than a person writes is refused rather than recursed into. */
const MAX_DEPTH = 100;

class Parser {
  readonly names = new Set<string>();
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly string[]) {}

  whole(): Node {
    const node = this.choice();
    if (this.at < this.tokens.length) throw new NotUnderstood();
    return node;
  }

  private choice(): Node {
    if (++this.depth > MAX_DEPTH) throw new NotUnderstood();
    const condition = this.binary(0);
    const node = this.take("?") ? this.branches(condition) : condition;
    this.depth--;
    return node;
  }

  private branches(condition: Node): Node {
    const yes = this.choice();
    this.expect(":");
    const no = this.choice();
    return (values) => (condition(values) === true ? yes(values) : no(values));
  }

  private binary(level: number): Node {
    const operators = LEVELS[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = operators.find((each) => this.take(each));
      if (operator === undefined) return left;
      left = join(operator, left, this.binary(level + 1));
    }
  }

  private unary(): Node {
    if (++this.depth > MAX_DEPTH) throw new NotUnderstood();
    const node = this.take("-")
      ? negated(this.unary())
      : this.take("!") || this.take("not")
        ? inverted(this.unary())
        : this.take("+")
          ? this.unary()
          : this.power();
    this.depth--;
    return node;
  }

  private power(): Node {
    const base = this.primary();
    if (!this.take("**") && !this.take("^")) return base;
    const exponent = this.unary();
    return (values) => numberOf(base(values)) ** numberOf(exponent(values));
  }

  private primary(): Node {
    if (this.take("(")) return this.closed(")");
    const token = this.tokens[this.at++];
    if (token === undefined) throw new NotUnderstood();
    if (/^\d/.test(token)) return () => Number(token);
    if (token === "true" || token === "false") return () => token === "true";
    if (!/^[A-Za-z_]/.test(token)) throw new NotUnderstood();
    if (this.take("(")) return this.call(token);
    this.names.add(token);
    return (values) => values.get(token) ?? NaN;
  }

  private call(name: string): Node {
    const run = own(FUNCTIONS, name);
    const list = this.take("[");
    const args = [this.choice()];
    while (this.take(",")) args.push(this.choice());
    if (list) this.expect("]");
    this.expect(")");
    if (!run) throw new NotUnderstood();
    return (values) => run(args.map((argument) => numberOf(argument(values))));
  }

  private closed(end: string): Node {
    const node = this.choice();
    this.expect(end);
    return node;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new NotUnderstood();
  }
}

function join(operator: string, left: Node, right: Node): Node {
  if (operator === "||" || operator === "or")
    return (values) => left(values) === true || right(values) === true;
  if (operator === "&&" || operator === "and")
    return (values) => left(values) === true && right(values) === true;
  const run = own(OPERATIONS, operator);
  if (!run) throw new NotUnderstood();
  return (values) => run(numberOf(left(values)), numberOf(right(values)));
}

function negated(inner: Node): Node {
  return (values) => -numberOf(inner(values));
}

function inverted(inner: Node): Node {
  return (values) => inner(values) !== true;
}

function numberOf(value: Value): number {
  return typeof value === "number" ? value : NaN;
}
