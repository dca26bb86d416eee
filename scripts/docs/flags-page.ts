import { flagCatalogue } from "../../src/data/flags";

/** Every option of `vllm serve` in the catalogue, with its history. */
export function flagsPage(): string {
  const rows = [...flagCatalogue.flags]
    .sort((a, b) => (a.flag < b.flag ? -1 : 1))
    .map(({ flag, type, since, deprecated, removed, replacedBy, summary }) => {
      const history = [
        `since ${since}`,
        ...(deprecated === undefined ? [] : [`deprecated ${deprecated}`]),
        ...(removed === undefined ? [] : [`removed ${removed}`]),
        ...(replacedBy === undefined ? [] : [`now \`${replacedBy}\``]),
      ].join(", ");
      return `| \`${flag}\` | ${type} | ${history} | ${(summary ?? "").replaceAll("|", "\\|")} |`;
    });
  return [
    "# Options of vllm serve",
    "",
    `${rows.length} options up to vLLM ${flagCatalogue.newest}, as the extension knows them.`,
    "",
    "| option | type | history | meaning |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
