/** What a text is to us before any parsing. */
export type FileStatus = "analysed" | "no-vllm" | "too-large" | "conflict";

const MAX_LENGTH = 2_000_000;
const MAX_LINES = 20_000;
const MAX_LINE_LENGTH = 500_000;

/** As people write it; a search for a word is many times faster than a pattern that ignores case. */
const SPELLINGS = ["vllm", "vLLM", "VLLM", "Vllm", "vLlm"];

/** One scan: is there a sign of vLLM, and can the text be analysed in bounded time? */
export function gate(text: string): FileStatus {
  if (!SPELLINGS.some((name) => text.includes(name))) return "no-vllm";
  return unreadable(text) ?? "analysed";
}

/** Why a text is left alone even though it matters to a vLLM deployment. */
export function unreadable(text: string): "too-large" | "conflict" | undefined {
  if (text.length > MAX_LENGTH || hasTooManyLines(text)) return "too-large";
  if (text.includes("<<<<<<< ") && /^<{7} /m.test(text) && /^>{7} /m.test(text)) return "conflict";
  return undefined;
}

function hasTooManyLines(text: string): boolean {
  let lines = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    if (++lines > MAX_LINES || at - start > MAX_LINE_LENGTH) return true;
    start = at;
  }
  return text.length - start > MAX_LINE_LENGTH;
}
