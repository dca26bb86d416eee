/** Where the project's pages live for those who have no copy at hand; the editor and the package carry their own. */
const PAGES = "https://github.com/vllm-k8s/vllm-k8s/blob/main/";

/** The page of a rule inside the project and the package. */
export function docsPath(rule: string): string {
  return `docs/rules/${rule}.md`;
}

export function docsUrl(rule: string): string {
  return PAGES + docsPath(rule);
}
