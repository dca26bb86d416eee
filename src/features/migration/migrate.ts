import { flagCatalogue, type FlagDefault } from "../../data/flags";
import type { Finding } from "../../rules/define";
import { defaultAt, existsAt } from "../../vllm/flags";
import type { VllmServer } from "../../vllm/model";
import { formatVersion, isAtLeast, NEWEST, parseVersion, type VllmVersion } from "../../vllm/version";
import { YamlEditor } from "../../yaml/edit";
import { applyEdits, toFileEdits, type FileEdit } from "../findings/fixes";
import { editsBetween, fixInRounds } from "../findings/fix-all";
import type { Folder } from "../workspace/folder";
import { moveImage } from "./migrate-image";
import { scratchOf } from "../workspace/scratch";
import { sizeFile, type SizedServer } from "../memory/sizes";
import type { SourceFile, Workspace } from "../workspace/workspace";

/** A server's memory before and after; numbers as the `size` command has them, null where not known. */
export interface MigratedServer {
  readonly name: string;
  readonly from: string;
  readonly before: Pick<SizedServer, "fits" | "kv" | "perGpu">;
  readonly after: Pick<SizedServer, "fits" | "kv" | "perGpu">;
  /** Defaults that the new release has otherwise, of options that the manifest does not set. */
  readonly defaults: readonly { readonly flag: string; readonly from: string; readonly to: string }[];
}

export interface Migration {
  readonly to: string;
  /** What the edits do, a sentence each. */
  readonly done: readonly string[];
  /** What the new release finds wrong and no edit could put right. */
  readonly left: readonly string[];
  readonly servers: readonly MigratedServer[];
  readonly edits: readonly FileEdit[];
}

/** The rules whose findings depend on the release, and whose fixes follow it. */
const RULES = new Set(["args/removed-flag", "args/removed-env", "metrics/removed-name", "args/switch-value"]);

/** Options whose default decides how much memory is used or left. */
const MEMORY_FLAGS = new Set(
  [
    "--gpu-memory-utilization",
    "--max-num-seqs",
    "--max-num-batched-tokens",
    "--block-size",
    "--kv-cache-dtype",
    "--enable-prefix-caching",
    "--enable-chunked-prefill",
    "--async-scheduling",
    "--mm-processor-cache-gb",
    "--max-lora-rank",
    "--max-loras",
    "--swap-space",
  ].filter((flag) => flagCatalogue.flags.some((entry) => entry.flag === flag)),
);

interface Place {
  readonly workspace: Workspace;
  readonly folder: Folder;
  readonly file: SourceFile;
  /** The findings of the file as a workspace has it. */
  readonly findings: (workspace: Workspace) => readonly Finding[];
}

/** The newest release that a manifest can be moved to. */
export const NEWEST_TARGET = formatVersion(NEWEST);

/** The release that a person means; undefined when the catalogue says nothing about it. */
export function migrationTarget(text: string): VllmVersion | undefined {
  const version = parseVersion(text.trim().replace(/^v/, ""));
  const isCovered = version && isAtLeast(NEWEST, formatVersion(version)) && version.major === 0;
  return isCovered ? version : undefined;
}

/** Undefined when the file or the release is not known. */
export function migrateTo(
  version: string,
  workspace: Workspace,
  path: string,
  findings: Place["findings"],
): Migration | undefined {
  const [file, target] = [workspace.file(path), migrationTarget(version)];
  return file && target && migrate({ workspace, folder: workspace.folderOf(path), file, findings }, target);
}

/** Moves the servers of a file to another release, on a copy: their images first, then what that release no longer takes. */
function migrate({ workspace, folder, file, findings }: Place, target: VllmVersion): Migration {
  const to = formatVersion(target);
  const servers = folder.serversOf(file);
  const editor = new YamlEditor();
  const moved = servers.flatMap((server) => moveImage(editor, server, to));
  const scratch = scratchOf(folder);
  const own = toFileEdits(editor, workspace).filter(({ path }) => path === file.path);
  const spans = own.map(({ range, newText }) => ({
    start: file.index.offsetAt(range.start),
    end: file.index.offsetAt(range.end),
    newText,
  }));
  scratch.set(file.path, applyEdits(file.text, spans));
  const ofRelease = (finding: Finding): boolean => RULES.has(finding.rule.id);
  const fixed = fixInRounds(scratch, () =>
    findings(scratch).filter((finding) => ofRelease(finding) && finding.fixes().length > 0),
  );
  const known = new Set(findings(workspace).map(({ message }) => message));
  const left = findings(scratch).filter((finding) => ofRelease(finding) || !known.has(finding.message));
  return {
    to,
    done: unique([...moved.map(({ done }) => done), ...fixed.map(doneBy)]),
    left: unique([
      ...moved.flatMap(({ problem }) => problem ?? []),
      ...left.map(({ message, advice }) => `${message} ${advice}`),
    ]),
    servers: compare(servers, folder, file, scratch, target),
    edits: editsBetween(folder, scratch),
  };
}

function doneBy(finding: Finding): string {
  return `${finding.fixes()[0]?.title ?? finding.advice}: ${finding.message}`;
}

function unique(sentences: readonly string[]): readonly string[] {
  return [...new Set(sentences.filter((sentence) => sentence !== ""))];
}

function compare(
  servers: readonly VllmServer[],
  folder: Folder,
  file: SourceFile,
  scratch: Workspace,
  target: VllmVersion,
): readonly MigratedServer[] {
  const changed = scratch.file(file.path);
  const before = sizeFile(file, folder);
  const after = changed ? sizeFile(changed, scratch.folderOf(file.path)) : [];
  return servers.flatMap((server, i) => {
    const [old, now] = [before[i], after[i]];
    if (!old || !now) return [];
    const { version } = server.version;
    return {
      name: server.name,
      from: formatVersion(version),
      before: { fits: old.fits, kv: old.kv, perGpu: old.perGpu },
      after: { fits: now.fits, kv: now.kv, perGpu: now.perGpu },
      defaults: changedDefaults(server, version, target),
    };
  });
}

function changedDefaults(server: VllmServer, from: VllmVersion, to: VllmVersion): MigratedServer["defaults"] {
  return flagCatalogue.flags.flatMap((entry) => {
    const { flag } = entry;
    if (!MEMORY_FLAGS.has(flag) || !server.engine.absent(flag)) return [];
    if (!existsAt(entry, from) || !existsAt(entry, to)) return [];
    const [old, now] = [shown(defaultAt(entry, from)), shown(defaultAt(entry, to))];
    return old === now ? [] : { flag, from: old, to: now };
  });
}

function shown(value: FlagDefault | undefined): string {
  if (value === undefined || value === null) return "chosen by the engine";
  return typeof value === "string" ? value : JSON.stringify(value);
}
