/** What can be written at a place in a query. */
export type QueryPlace =
  /** A metric, a function or an aggregation. */
  | { readonly kind: "expression"; readonly after: "start" | "parenthesis" | "operator" }
  /** A label in a selector's braces, or in the list of `by` and its like. */
  | { readonly kind: "label"; readonly metric: string | undefined; readonly inList: boolean }
  | { readonly kind: "label-value"; readonly metric: string | undefined; readonly label: string };

export interface QueryPosition {
  readonly place: QueryPlace;
  /** The word at the cursor, which a choice takes the place of. */
  readonly from: number;
  readonly to: number;
}

/** Reads a query up to the cursor, which is the only part that is certain while it is typed. Undefined where nothing can be proposed. */
export function positionIn(text: string, at: number): QueryPosition | undefined {
  const before = text.slice(0, at);
  const state = scan(before);
  if (state.inComment || state.open.at(-1) === "[") return undefined;
  if (state.quote !== undefined) return valuePosition(text, at, before, state);
  const from = at - (/[A-Za-z_:][\w:]*$/.exec(before)?.[0].length ?? 0);
  const to = at + (/^[\w:]*/.exec(text.slice(at))?.[0].length ?? 0);
  const lead = before.slice(0, from).trimEnd();
  if (state.open.at(-1) === "{") {
    if (!/[{,]$/.test(lead)) return undefined;
    return {
      place: { kind: "label", metric: metricBefore(before, state.openedAt), inList: false },
      from,
      to,
    };
  }
  const isList = /\b(by|without|on|ignoring|group_left|group_right)\s*$/i.test(
    before.slice(0, state.openedAt),
  );
  if (state.open.at(-1) === "(" && isList)
    return /[(,]$/.test(lead)
      ? { place: { kind: "label", metric: anyMetric(text), inList: true }, from, to }
      : undefined;
  // A number, or the word behind a finished operand, is nothing to complete.
  if (/[\d.]$/.test(lead) || /[)\]}"']$/.test(lead)) return undefined;
  const after = lead === "" ? "start" : /[(,]$/.test(lead) ? "parenthesis" : "operator";
  return { place: { kind: "expression", after }, from, to };
}

interface Scan {
  /** Brackets that are open, the innermost last. */
  readonly open: readonly string[];
  /** Where the innermost stands. */
  readonly openedAt: number;
  readonly quote: string | undefined;
  readonly quotedAt: number;
  readonly inComment: boolean;
}

function scan(text: string): Scan {
  const open: { readonly bracket: string; readonly at: number }[] = [];
  let quote: string | undefined;
  let quotedAt = 0;
  let inComment = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (inComment) inComment = character !== "\n";
    else if (quote !== undefined) {
      if (character === "\\" && quote !== "`") i++;
      else if (character === quote) quote = undefined;
    } else if (/["'`]/.test(character)) [quote, quotedAt] = [character, i];
    else if (character === "#") inComment = true;
    else if (/[([{]/.test(character)) open.push({ bracket: character, at: i });
    else if (/[)\]}]/.test(character)) open.pop();
  }
  const last = open.at(-1);
  return { open: open.map(({ bracket }) => bracket), openedAt: last?.at ?? 0, quote, quotedAt, inComment };
}

function valuePosition(text: string, at: number, before: string, state: Scan): QueryPosition | undefined {
  const label = /([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*$/.exec(before.slice(0, state.quotedAt));
  if (!label || state.open.at(-1) !== "{") return undefined;
  const metric = metricBefore(before, state.openedAt);
  const to = at + (/^[^"'`\n,}]*/.exec(text.slice(at))?.[0].length ?? 0);
  return { place: { kind: "label-value", metric, label: label[1] ?? "" }, from: state.quotedAt + 1, to };
}

function metricBefore(before: string, brace: number): string | undefined {
  return /([A-Za-z_:][\w:]*)\s*$/.exec(before.slice(0, brace))?.[1];
}

function anyMetric(text: string): string | undefined {
  return /vllm:[a-z0-9_]+/.exec(text)?.[0];
}
