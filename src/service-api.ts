import type { Position, Range } from "./base/text";
import type { Breakdown } from "./features/memory/breakdown";
import type { Comparison } from "./features/calibration/calibrate";
import type { Diagnostic, FixAction } from "./features/answers";
import type { Checklist } from "./features/checklist/checklist";
import type { Proposal } from "./features/completion/completion";
import type { Answers, Creation } from "./features/create/create";
import type { FileEdit } from "./features/findings/fixes";
import type { FileStatus } from "./features/workspace/gate";
import type { FeatureApart } from "./features/apart";
import type { Hover } from "./features/hover/hover";
import type { InlayHint } from "./features/inlay-hints/inlay-hints";
import type { Lens } from "./features/memory/lenses";
import type { Settings } from "./features/settings/settings";
import type { Migration } from "./features/migration/migrate";
import type { Navigator } from "./features/navigation/navigator";
import type { Signature } from "./features/completion/signature";
import type { Scaling } from "./features/scaling/scaling";
import type { SizedServer } from "./features/memory/sizes";
import type { WhatIf, WhatIfFilter } from "./features/what-if/what-if";
import type { ModelFiles } from "./sizing/model-files";

/** What a host lends to the service: it has no files, clock or settings of its own. */
export interface Environment {
  /** The settings in force for a file: defaults, the editor's, the workspace file's. */
  settings(path: string): Settings;
  /** The files of a model that a manifest names, as far as they are at hand; asked only when a plan is made. */
  modelFiles?(path: string, id: string): ModelFiles | undefined;
  /** `YYYY-MM-DD`, for suppressions that end on a day. */
  today(): string;
  /** Told of a rule that threw. The person never sees it. */
  ruleFailed(rule: string, error: unknown): void;
}

/** The language service: plain data in, plain data out; offsets in UTF-16 as editors count them. */
export interface Service {
  /** Tells the text of a file, at the start and after every change. */
  setFile(path: string, text: string): void;
  removeFile(path: string): void;
  /** Undefined for a file it was never told of. */
  status(path: string): FileStatus | undefined;
  /** True when the file's folder has a sign of vLLM, so that its neighbours matter. */
  concernsVllm(path: string): boolean;
  /** True when the manifests of a folder matter to a file. */
  isInView(path: string, folder: string): boolean;
  /** The folders that the kustomization beside a file refers to; the host should tell of their files. */
  referredFolders(path: string): readonly string[];
  diagnostics(path: string): readonly Diagnostic[];
  /** The fixes of every finding that touches a range. */
  fixes(path: string, range?: Range): readonly FixAction[];
  /** Edits that repeat the first fix until nothing is left to do; only safe ones unless a rule is named. */
  fixAll(path: string, rule?: string): readonly FileEdit[];
  /** The servers of a file moved to another release of vLLM; undefined when that release is not known. */
  migrate(path: string, version: string): Migration | undefined;
  /** Inserts an ignore comment for a rule. */
  suppress(path: string, rule: string, range: Range, scope: "line" | "file"): readonly FileEdit[];
  hover(path: string, position: Position): Hover | undefined;
  /** What can be written at a position. */
  completions(path: string, position: Position): readonly Proposal[];
  /** The keys of the JSON option around a position. */
  signature(path: string, position: Position): Signature | undefined;
  lenses(path: string): readonly Lens[];
  /** In text order. */
  inlayHints(path: string): readonly InlayHint[];
  navigator(path: string): Navigator | undefined;
  sizes(path: string): readonly SizedServer[];
  /** Where each server of a file begins, in text order. */
  servers(path: string): readonly Position[];
  /** Everything on one server's memory; servers of a file are counted from 0, as in lenses and sizes. */
  breakdown(path: string, server: number): Breakdown | undefined;
  /** What one server would have room for on other GPUs and with other flags. */
  whatIf(path: string, server: number, filter?: WhatIfFilter): WhatIf | undefined;
  /** The edits that make the server one of those rows; undefined when the manifest cannot be made to say that. */
  applyWhatIf(path: string, server: number, row: string): readonly FileEdit[] | undefined;
  /** What vLLM printed while it started, line by line beside the plan of one server. */
  compareWithLog(path: string, server: number, log: string): Comparison | undefined;
  /** Answers by a feature that the editor keeps in another bundle, from the manifests in view of a file. */
  answer<T>(path: string, feature: FeatureApart<T>): T;
  /** The autoscaling of a file: what its triggers ask for, how it runs under a load, what else belongs to it. */
  scaling(path: string): Scaling;
  /** The production checklist for the servers of a file, or of all files beside it; undefined without a server. */
  checklist(path: string, scope: "file" | "folder"): Checklist | undefined;
  /** New manifests for a model, its load and its cluster, as a file at this path would be read; nothing of the workspace has a say. */
  create(path: string, answers: Answers): Creation;
  /** Forgets what rested on settings, after they changed. */
  settingsChanged(): void;
}
