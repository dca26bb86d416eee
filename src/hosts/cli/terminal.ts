/** Styles by what they are for, so that reporters know no escape codes. */
export interface Style {
  error(text: string): string;
  warning(text: string): string;
  info(text: string): string;
  hint(text: string): string;
  bold(text: string): string;
  dim(text: string): string;
  added(text: string): string;
  removed(text: string): string;
}

export function style(colour: boolean): Style {
  const code = (start: number, end: number) => (text: string) =>
    colour ? `\x1b[${start}m${text}\x1b[${end}m` : text;
  return {
    error: code(31, 39),
    warning: code(33, 39),
    info: code(36, 39),
    hint: code(35, 39),
    bold: code(1, 22),
    dim: code(2, 22),
    added: code(32, 39),
    removed: code(31, 39),
  };
}

/** Escape sequences and invisible direction changes from a manifest have no business in a terminal. One character stays one. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "\ufffd",
  );
}

/** As `printable`, but line ends of Windows stay what they are. */
export function printableLine(text: string): string {
  return text.endsWith("\r") ? printable(text.slice(0, -1)) + "\r" : printable(text);
}

/** Blank space as wide as a text is on a terminal; tabs stay tabs. */
export function blank(text: string): string {
  return [...text].map((char) => (char === "\t" ? "\t" : " ".repeat(widthOf(char)))).join("");
}

/** How many columns a text takes. */
export function columnsOf(text: string): number {
  return [...text].reduce((sum, char) => sum + widthOf(char), 0);
}

/** First and last code points of East Asian wide characters and emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x2e80, 0xa4cf], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe30, 0xfe6f], [0xff00, 0xff60], [0xffe0, 0xffe6],
  [0x1f300, 0x1faff], [0x20000, 0x3fffd],
]; // prettier-ignore

/** Wide characters take two columns, combining marks none. */
function widthOf(char: string): number {
  if (/^[\p{Mn}\p{Me}\u200b-\u200d\ufe00-\ufe0f]$/u.test(char)) return 0;
  const code = char.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Rows with their columns under one another, indented by two; numbers to the right. */
export function alignedTable(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => columnsOf(row[column] ?? ""))),
  );
  const cell = (text: string, column: number): string => {
    const padding = " ".repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(text)));
    return /^[-+]?[\d?][\d.,]*[kMGx%]?( \w*B| %)?$/.test(text) ? padding + text : text + padding;
  };
  return rows.map((row) => "  " + row.map(cell).join("  "));
}
