/** A file that is made from the code: its path from the root, and what it must hold. */
export interface Output {
  readonly file: string;
  readonly text: string;
}
