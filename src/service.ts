import { rangesTouch, type Position, type Range } from "./base/text";
import { breakdownOf, type Breakdown } from "./features/memory/breakdown";
import { compareWithLog, type Comparison } from "./features/calibration/calibrate";
import type { Diagnostic, FixAction } from "./features/answers";
import { checklistOf, type Checklist } from "./features/checklist/checklist";
import { completionsAt, type Proposal } from "./features/completion/completion";
import { create, type Answers, type Creation } from "./features/create/create";
import { Descriptions } from "./features/findings/describe";
import { Diagnostics, type FoundIn } from "./features/findings/diagnostics";
import { editsBetween, repaired } from "./features/findings/fix-all";
import { editsOf, isSafe, type FileEdit } from "./features/findings/fixes";
import type { FileStatus } from "./features/workspace/gate";
import { anyHoverAt } from "./features/hover/any-hover";
import type { FeatureApart } from "./features/apart";
import type { Hover } from "./features/hover/hover";
import { inlayHintsOf, type InlayHint } from "./features/inlay-hints/inlay-hints";
import { lensesOf, type Lens } from "./features/memory/lenses";
import { referredFolders } from "./features/workspace/scope";
import { severityFor, type Assumptions, type Settings } from "./features/settings/settings";
import { migrateTo, type Migration } from "./features/migration/migrate";
import { Navigator } from "./features/navigation/navigator";
import { signatureAt, type Signature } from "./features/completion/signature";
import { Scaling } from "./features/scaling/scaling";
import { isScalingFix } from "./features/scaling/simulation";
import { sizeFile, type SizedServer } from "./features/memory/sizes";
import { suppressionEdit } from "./features/findings/suppress-edit";
import { whatIf, type WhatIf, type WhatIfFilter } from "./features/what-if/what-if";
import { whatIfEdits } from "./features/what-if/apply";
import { Workspace, type SourceFile } from "./features/workspace/workspace";
import type { Finding } from "./rules/define";
import type { Environment, Service } from "./service-api";

export type { Diagnostic, FixAction } from "./features/answers";
export type { Proposal } from "./features/completion/completion";
export { GENERATED_KINDS, type GeneratedKind, type Offer } from "./features/generate/generate";
export type { Placed } from "./features/generate/place";
export {
  PROFILE_NAMES,
  type Side,
  type Simulated,
  type SimulationAnswer,
} from "./features/scaling/simulation";
export type { SimulationWish } from "./features/scaling/simulation";
export type { Environment, Service } from "./service-api";

export function createService(environment: Environment): Service {
  return new LanguageService(environment);
}

class LanguageService implements Service {
  private readonly workspace: Workspace;
  private readonly descriptions = new Descriptions();
  private diagnosticsRunner: Diagnostics;

  constructor(private readonly environment: Environment) {
    this.workspace = new Workspace(
      (path) => assumptionsOf(environment.settings(path)),
      (path) => (id) => environment.modelFiles?.(path, id),
    );
    this.diagnosticsRunner = this.newRunner();
  }

  private newRunner(): Diagnostics {
    return new Diagnostics((rule, error) => this.environment.ruleFailed(rule, error));
  }

  setFile(path: string, text: string): void {
    this.workspace.set(path, text);
  }

  removeFile(path: string): void {
    this.workspace.delete(path);
  }

  status(path: string): FileStatus | undefined {
    return this.workspace.file(path)?.status;
  }

  concernsVllm(path: string): boolean {
    return !this.workspace.folderOf(path).isQuiet();
  }

  isInView(path: string, folder: string): boolean {
    return this.workspace.knownFolderOf(path)?.sees(folder) ?? false;
  }

  referredFolders(path: string): readonly string[] {
    const folder = this.workspace.knownFolderOf(path);
    return folder ? referredFolders(folder) : [];
  }

  settingsChanged(): void {
    this.workspace.forgetComputed();
    this.diagnosticsRunner = this.newRunner();
  }

  private found(file: SourceFile, workspace: Workspace): readonly FoundIn[] {
    const { environment } = this;
    const folder = workspace.folderOf(file.path);
    return this.diagnosticsRunner.of(file, folder, environment.settings(file.path), environment.today());
  }

  private findings(path: string, workspace = this.workspace): readonly Finding[] {
    const file = workspace.file(path);
    return file ? this.found(file, workspace).flatMap(({ findings }) => findings) : [];
  }

  diagnostics(path: string): readonly Diagnostic[] {
    const file = this.workspace.file(path);
    return file ? this.descriptions.of(this.found(file, this.workspace), file, this.workspace) : [];
  }

  fixes(path: string, range?: Range): readonly FixAction[] {
    return this.findings(path).flatMap((finding) => {
      const at = this.workspace.rangeOf(finding.at)?.range;
      if (!at || (range && !rangesTouch(at, range))) return [];
      return finding.fixes().flatMap((fix, i) => {
        const edits = editsOf(fix, this.workspace);
        if (edits.length === 0) return [];
        const safe = isSafe(finding, fix);
        return { rule: finding.rule.id, title: fix.title, safe, preferred: i === 0, range: at, edits };
      });
    });
  }

  fixAll(path: string, rule?: string): readonly FileEdit[] {
    const folder = this.workspace.folderOf(path);
    const wanted = (finding: Finding): boolean => {
      const [first] = finding.fixes();
      return first !== undefined && (rule === undefined ? isSafe(finding, first) : finding.rule.id === rule);
    };
    return editsBetween(folder, this.repaired(path, wanted));
  }

  private repaired(path: string, wanted: (finding: Finding) => boolean): Workspace {
    return repaired(this.workspace.folderOf(path), (scratch) => this.findings(path, scratch), wanted);
  }

  scaling(path: string): Scaling {
    const hasLenses = this.environment.settings(path).lens.scaling;
    return new Scaling(this.workspace, path, hasLenses, (file) => this.repaired(file, isScalingFix));
  }

  migrate(path: string, version: string): Migration | undefined {
    return migrateTo(version, this.workspace, path, (where) => this.findings(path, where));
  }

  suppress(path: string, rule: string, range: Range, scope: "line" | "file"): readonly FileEdit[] {
    const file = this.workspace.file(path);
    return file ? suppressionEdit(file, rule, range, scope) : [];
  }

  hover(path: string, position: Position): Hover | undefined {
    const file = this.workspace.file(path);
    return file && anyHoverAt(file, this.workspace.folderOf(path), position);
  }

  completions(path: string, position: Position): readonly Proposal[] {
    const file = this.workspace.file(path);
    return file ? completionsAt(file, this.workspace.folderOf(path), position) : [];
  }

  signature(path: string, position: Position): Signature | undefined {
    const file = this.workspace.file(path);
    return file && signatureAt(file, this.workspace.folderOf(path), position);
  }

  lenses(path: string): readonly Lens[] {
    const file = this.workspace.file(path);
    if (!file || !this.environment.settings(path).lens.sizing) return [];
    return lensesOf(file, this.workspace.folderOf(path));
  }

  inlayHints(path: string): readonly InlayHint[] {
    const file = this.workspace.file(path);
    const settings = this.environment.settings(path).inlayHints;
    return file ? inlayHintsOf(file, this.workspace.folderOf(path), this.workspace, settings) : [];
  }

  navigator(path: string): Navigator | undefined {
    const file = this.workspace.file(path);
    return file && new Navigator(file, this.workspace.folderOf(path), this.workspace);
  }

  sizes(path: string): readonly SizedServer[] {
    const file = this.workspace.file(path);
    return file ? sizeFile(file, this.workspace.folderOf(path)) : [];
  }

  servers(path: string): readonly Position[] {
    const file = this.workspace.file(path);
    const folder = this.workspace.folderOf(path);
    return (file ? folder.serversOf(file) : []).flatMap(
      ({ anchor }) => this.workspace.rangeOf(anchor)?.range.start ?? [],
    );
  }

  checklist(path: string, scope: "file" | "folder"): Checklist | undefined {
    const folder = this.workspace.folderOf(path);
    return checklistOf(folder, scope === "file" ? path : undefined, {
      findings: (each) => this.diagnostics(each),
      isOff: (rule) => severityFor(rule, "error", this.environment.settings(path)) === undefined,
    });
  }

  breakdown(path: string, server: number): Breakdown | undefined {
    const file = this.workspace.file(path);
    if (!file) return undefined;
    const folder = this.workspace.folderOf(path);
    const meant = folder.serversOf(file)[server];
    return meant && breakdownOf(meant, folder.plans, (spot) => this.workspace.rangeOf(spot));
  }

  whatIf(path: string, server: number, filter?: WhatIfFilter): WhatIf | undefined {
    const file = this.workspace.file(path);
    const folder = this.workspace.folderOf(path);
    const meant = file && folder.serversOf(file)[server];
    return meant && whatIf(meant, folder.plans.input(meant), folder.plans.plan(meant), filter);
  }

  compareWithLog(path: string, server: number, log: string): Comparison | undefined {
    const file = this.workspace.file(path);
    const folder = this.workspace.folderOf(path);
    const meant = file && folder.serversOf(file)[server];
    return meant && compareWithLog(meant, folder.plans.input(meant), log);
  }

  applyWhatIf(path: string, server: number, row: string): readonly FileEdit[] | undefined {
    const file = this.workspace.file(path);
    return file && whatIfEdits(this.workspace, this.workspace.folderOf(path), file, server, row);
  }

  create(path: string, answers: Answers): Creation {
    return create(answers, (id) => this.environment.modelFiles?.(path, id));
  }

  answer<T>(path: string, feature: FeatureApart<T>): T {
    return feature(this.workspace.folderOf(path), (spot) => this.workspace.rangeOf(spot));
  }
}

function assumptionsOf({ assume, calibrations }: Settings): Assumptions {
  return { ...assume, calibrations };
}
