const NAME = /^([ \t-]*[A-Za-z]*[nN]ame: )(["']?)([a-z0-9][a-z0-9-]*)\2[ \t]*$/gm;
const METADATA = /^metadata:[ \t]*\n((?:[ \t].*\n)*)/gm;
const METADATA_NAME = /^ {2}name: ["']?([a-z0-9][a-z0-9-]*)["']?[ \t]*$/m;

/** A manifest whose objects have other names, also where the same file refers to them; the first copy is as it was. */
export function renamed(text: string, copy: number): string {
  if (copy === 0) return text;
  const names = new Set(
    [...text.matchAll(METADATA)].map(([, lines]) => METADATA_NAME.exec(lines ?? "")?.[1]),
  );
  return text.replace(NAME, (line: string, key: string, quote: string, name: string) =>
    names.has(name) ? `${key}${quote}${name}-${copy}${quote}` : line,
  );
}
