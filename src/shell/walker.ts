import type {
  AndOr,
  ArithmeticFor,
  Assignment,
  Case,
  Command,
  CommandNode,
  CompoundList,
  For,
  If,
  PipelineNode,
  Redirected,
  Select,
  Statement,
  While,
} from "unbash";
import { expandText, expandWord, type Expansion } from "./expand";
import type { Binding, Scope } from "./scope";
import type { Traced } from "./traced";
import { isHole, knownText, type Exported, type SimpleCommand, type Word } from "./word";

const MAX_COMMANDS = 1000;

type Node = PipelineNode | Statement["command"] | CommandNode | Redirected["command"];

/** What may run its parts or not. */
type Branching = If | Case | While | For | Select | ArithmeticFor;

/** Runs over a script's syntax tree, keeps track of variables, and notes down each simple command. */
export class Walker {
  readonly commands: SimpleCommand[] = [];
  private background = false;

  constructor(private readonly script: Traced) {}

  statements(list: readonly Statement[], scope: Scope, conditional: boolean): void {
    for (const statement of list) {
      if (this.commands.length >= MAX_COMMANDS) return;
      const outer = this.background;
      this.background ||= statement.background === true;
      this.node(statement.command, scope, conditional);
      this.background = outer;
    }
  }

  private node(node: Node, scope: Scope, conditional: boolean): void {
    switch (node.type) {
      case "Command":
        return this.command(node, scope, conditional);
      case "Pipeline":
        for (const part of node.commands) this.node(part, scope, conditional);
        return;
      case "AndOr":
        return this.chain(node, scope, conditional);
      case "Redirected":
        return this.node(node.command, scope, conditional);
      case "BraceGroup":
        return this.list(node.body, scope, conditional);
      case "Subshell":
        return this.list(node.body, scope.fork(), conditional);
      case "Function":
      case "Coproc": {
        const isFunction = node.type === "Function";
        return this.compound(node.body, scope.fork(isFunction), conditional || isFunction);
      }
      case "If":
      case "Case":
      case "While":
      case "For":
      case "Select":
      case "ArithmeticFor":
        return this.branching(node, scope);
      case "TestCommand":
      case "ArithmeticCommand":
        return;
    }
  }

  private chain(node: AndOr, scope: Scope, conditional: boolean): void {
    for (const [i, part] of node.commands.entries()) {
      const otherwise = i > 0 && node.operators[i - 1] === "||";
      if (otherwise) this.branches(scope, (fork) => this.node(part, fork, true));
      else this.node(part, scope, conditional);
    }
  }

  private compound(node: CommandNode | CompoundList, scope: Scope, conditional: boolean): void {
    if (node.type === "CompoundList") this.list(node, scope, conditional);
    else this.node(node, scope, conditional);
  }

  private list(list: CompoundList, scope: Scope, conditional: boolean): void {
    this.statements(list.commands, scope, conditional);
  }

  private branching(node: Branching, scope: Scope): void {
    switch (node.type) {
      case "If": {
        this.list(node.clause, scope, true);
        const bodies = [node.then, ...node.elif.map((part) => part.then), ...(node.else ? [node.else] : [])];
        for (const part of node.elif) this.list(part.clause, scope, true);
        return this.branches(scope, ...bodies.map((body) => (fork: Scope) => this.list(body, fork, true)));
      }
      case "Case":
        return this.branches(
          scope,
          ...node.items.map((item) => (fork: Scope) => this.list(item.body, fork, true)),
        );
      case "While":
        this.list(node.clause, scope, true);
        return this.branches(scope, (fork) => this.list(node.body, fork, true));
      case "For":
      case "Select":
        scope.forget(node.name.text);
        return this.branches(scope, (fork) => this.list(node.body, fork, true));
      case "ArithmeticFor":
        return this.branches(scope, (fork) => this.list(node.body, fork, true));
    }
  }

  private branches(scope: Scope, ...runs: readonly ((fork: Scope) => void)[]): void {
    const forks = runs.map((run) => {
      const fork = scope.fork();
      run(fork);
      return fork;
    });
    scope.join(forks);
  }

  private command(node: Command, scope: Scope, conditional: boolean): void {
    const at: Expansion = { script: this.script, scope, depth: 0 };
    const prefix = node.prefix.filter((item) => item.type === "Assignment");
    if (node.name === undefined) {
      for (const item of prefix) this.assign(item, at);
      return;
    }
    const words = [...expandWord(node.name, at)];
    const name = knownText(words[0]) ?? "";
    for (const arg of node.args) {
      if (arg.type === "Word") words.push(...expandWord(arg, at));
      else if (DECLARES.test(name)) this.declare(name, arg, at);
      else words.push(...expandWord(asWord(arg), at));
    }
    this.effect(name, words, scope);
    if (words.length === 0) return;
    const exports = new Map<string, Exported>(scope.exports());
    for (const item of prefix) {
      if (item.value.type !== "Word") continue;
      const text = expandText(item.value, at);
      exports.set(item.name, { text, value: text.known ? text.text : undefined });
    }
    const last = node.args.at(-1)?.end ?? node.name.end;
    const { background } = this;
    this.commands.push({ words, exports, conditional, background, end: this.script.spotAt(last, last) });
  }

  private declare(name: string, assignment: Assignment, at: Expansion): void {
    this.assign(assignment, at);
    if (name === "export") at.scope.export(assignment.name);
  }

  private assign(assignment: Assignment, at: Expansion): void {
    const { name, value } = assignment;
    if (assignment.index !== undefined) return at.scope.forget(name);
    const before = assignment.append ? at.scope.get(name) : undefined;
    if (value.type === "ArrayValue") {
      const added = value.elements.flatMap((element) => expandWord(element, at));
      const words = before?.kind === "list" ? [...before.words, ...added] : added;
      return before?.kind === "unknown" ? at.scope.forget(name) : at.scope.set(name, { kind: "list", words });
    }
    at.scope.set(name, appended(before, expandText(value, at)));
  }

  /** Commands that change variables. */
  private effect(name: string, words: readonly Word[], scope: Scope): void {
    if (name === "export") for (const word of words.slice(1)) scope.export(word.text.text);
    else if (name === "unset" || name === "read" || name === "mapfile" || name === "readarray") {
      for (const word of words.slice(1)) if (!isHole(word)) scope.forget(word.text.text);
    } else if (name === "source" || name === "." || name === "eval") scope.hide();
    else if (name === "set") {
      const dashes = words.findIndex((word) => word.text.text === "--");
      if (dashes !== -1) scope.setArguments(words.slice(dashes + 1));
    }
  }
}

const DECLARES = /^(export|declare|typeset|local|readonly)$/;

function asWord(assignment: Assignment): {
  type: "Word";
  text: string;
  value: string;
  pos: number;
  end: number;
} {
  const { text, pos, end } = assignment;
  return { type: "Word", text, value: text, pos, end };
}

/** `X+=more`: a text after a known text; anything else is out of reach. */
function appended(before: Binding | undefined, text: Traced): Binding {
  if (before === undefined) return { kind: "text", text };
  if (before.kind !== "text") return { kind: "unknown" };
  return { kind: "text", text: before.text.concat(text) };
}
