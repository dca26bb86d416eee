/**
 * The files of `src/data` by name. The build puts a reference to this in the place of each import of one.
 * @public
 */
export let catalogues: Readonly<Record<string, unknown>> = {};

export function openCatalogues(bytes: Uint8Array): void {
  catalogues = JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>;
}
