import {
  CancellationTokenSource,
  commands,
  CustomExecution,
  Disposable,
  EventEmitter,
  l10n,
  ProgressLocation,
  Task,
  tasks,
  TaskScope,
  window,
  workspace,
  type Pseudoterminal,
  type TaskDefinition,
  type Uri,
} from "vscode";
import type { Diagnostic } from "../../service";
import type { LintOutcome, WorkspaceLint } from "./workspace-lint";

const TASK_TYPE = "vllm-k8s";
const LINT: TaskDefinition = { type: TASK_TYPE, task: "lint" };

/** The look at all manifests of a workspace, as a command and as a task. */
export function registerLintWorkspace(lint: WorkspaceLint): Disposable {
  return Disposable.from(
    commands.registerCommand("vllmK8s.lintWorkspace", () => lintWithProgress(lint)),
    tasks.registerTaskProvider(TASK_TYPE, {
      provideTasks: () => [lintTask(lint, LINT)],
      resolveTask: ({ definition }) =>
        definition.task === LINT.task ? lintTask(lint, definition) : undefined,
    }),
  );
}

async function lintWithProgress(lint: WorkspaceLint): Promise<LintOutcome> {
  const title = l10n.t("vLLM: looking at the manifests of the workspace");
  const location = ProgressLocation.Notification;
  const outcome = await window.withProgress({ location, title, cancellable: true }, (progress, token) => {
    let shown = 0;
    const watcher = {
      progress(done: number, all: number): void {
        progress.report({
          message: l10n.t("{0} of {1} files", done, all),
          increment: (100 * (done - shown)) / all,
        });
        shown = done;
      },
      found: (): void => undefined,
    };
    return lint.lint(watcher, token);
  });
  void offerProblems(outcome);
  return outcome;
}

async function offerProblems(outcome: LintOutcome): Promise<void> {
  if (outcome.findings === 0) {
    window.setStatusBarMessage(summaryOf(outcome), 6000);
    return;
  }
  const show = l10n.t("Show Problems");
  const chosen = await window.showInformationMessage(`vLLM: ${summaryOf(outcome)}`, show);
  if (chosen === show) await commands.executeCommand("workbench.actions.view.problems");
}

function summaryOf({ files, findings, errors, cancelled }: LintOutcome): string {
  const counts = l10n.t("{0} findings, {1} of them errors, in {2} files", findings, errors, files);
  return cancelled ? l10n.t("{0}; stopped before the end", counts) : counts;
}

function lintTask(lint: WorkspaceLint, definition: TaskDefinition): Task {
  const execution = new CustomExecution(() => Promise.resolve(new LintTerminal(lint)));
  // Its findings go to the Problems view by themselves: a matcher would show them twice.
  const task = new Task(definition, TaskScope.Workspace, l10n.t("lint workspace"), TASK_TYPE, execution, []);
  task.detail = l10n.t("Looks at all manifests of the workspace for vLLM");
  return task;
}

/** The task's output: a line for each finding, as `vllm-k8s lint --quiet` prints it. */
class LintTerminal implements Pseudoterminal {
  private readonly wrote = new EventEmitter<string>();
  private readonly ended = new EventEmitter<number>();
  private readonly stop = new CancellationTokenSource();
  readonly onDidWrite = this.wrote.event;
  readonly onDidClose = this.ended.event;

  constructor(private readonly lint: WorkspaceLint) {}

  open(): void {
    const watcher = {
      progress: (): void => undefined,
      found: (uri: Uri, findings: readonly Diagnostic[]): void => {
        for (const finding of findings) this.line(lineOf(uri, finding));
      },
    };
    this.lint.lint(watcher, this.stop.token).then(
      (outcome) => {
        this.line(summaryOf(outcome));
        this.ended.fire(outcome.errors > 0 || outcome.cancelled ? 1 : 0);
      },
      (error: unknown) => {
        this.line(String(error));
        this.ended.fire(2);
      },
    );
  }

  close(): void {
    this.stop.cancel();
  }

  /** What a manifest holds must not steer the terminal. */
  private line(text: string): void {
    this.wrote.fire(text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ") + "\r\n");
  }
}

function lineOf(uri: Uri, { range, severity, message, rule }: Diagnostic): string {
  const { line, character } = range.start;
  return `${workspace.asRelativePath(uri)}:${line + 1}:${character + 1}  ${severity}  ${message}  ${rule}`;
}
