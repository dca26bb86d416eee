import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file so that whoever looks sees the old text or the new one, never a part: into a file beside it, which then takes
 * its place. A link keeps pointing where it points; the mode is kept.
 */
export function writeWhole(path: string, text: string): void {
  const target = realpathSync(path);
  const { mode } = statSync(target);
  // The folder may be writable although the file is not meant to be.
  closeSync(openSync(target, "r+"));
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  const file = openSync(beside, "wx", mode);
  try {
    try {
      fchmodSync(file, mode);
      const bytes = Buffer.from(text);
      let done = 0;
      while (done < bytes.length) done += writeSync(file, bytes, done);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
