import type { KubeObject, Scaler } from "../kubernetes/model";
import type { QuerySite } from "../metrics/model";
import type { VllmServer } from "../vllm/model";
import type { Spot } from "../yaml/document";
import type { YamlEditor } from "../yaml/edit";
import type { RuleContext } from "./context";

/**
 * error: will not start, will be rejected, or cannot do what it says. warning: works in a test, fails or costs under load.
 * info: inert or incomplete. hint: a preference or a saving.
 */
export type Severity = "error" | "warning" | "info" | "hint";

export type RuleGroup =
  | "memory" | "startup" | "autoscaling" | "metrics" | "alerting"
  | "scheduling" | "storage" | "security" | "args" | "lifecycle"; // prettier-ignore

/** What a rule looks at, one at a time. */
export interface Subjects {
  /** A vLLM server in a pod template, KServe object, Helm values entry or Ray application. */
  readonly server: VllmServer;
  /** A HorizontalPodAutoscaler or KEDA ScaledObject. */
  readonly scaler: Scaler;
  /** A PromQL expression anywhere in a manifest. */
  readonly query: QuerySite;
  /** Any Kubernetes object. */
  readonly object: KubeObject;
}

export type SubjectName = keyof Subjects;

export interface Rule<S extends SubjectName = SubjectName> {
  /** `<group>/<name>`; never renamed. */
  readonly id: `${RuleGroup}/${string}`;
  readonly severity: Severity;
  /** `safe` fixes are part of fix-on-save; `suggested` ones wait for a person; `none` when no edit can be right. */
  readonly fix: "safe" | "suggested" | "none";
  readonly subject: S;
  /** One sentence for the rule table: what is wrong, in the present tense. */
  readonly summary: string;
  /** The paragraph of the documentation page: what happens then, and why. */
  readonly why: string;
  /** Pages, issues or source files that prove it. */
  readonly sources: readonly string[];
  check(subject: Subjects[S], report: Report, context: RuleContext): void;
}

export type Report = (at: Spot, finding: FindingDetails) => void;

export interface FindingDetails {
  /** What is wrong, with the values: subject first, one clause. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly advice: string;
  /** Differs from the rule's own when this case is less sure or worse. */
  readonly severity?: Severity;
  readonly related?: readonly RelatedPlace[];
  /** Alternatives; fix-all takes the first. A function where finding them is work: it is called when a person asks. */
  readonly fixes?: readonly Fix[] | (() => readonly Fix[]);
}

export interface RelatedPlace {
  readonly at: Spot;
  readonly message: string;
}

export interface Fix {
  /** Begins with a verb and shows the value: "Set `nvidia.com/gpu` to `4`". */
  readonly title: string;
  /** Overrides the rule's own for this alternative. */
  readonly safe?: boolean;
  /** Called when the fix is wanted; collects edits. */
  apply(editor: YamlEditor): void;
}

export interface Finding extends Omit<FindingDetails, "fixes"> {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly at: Spot;
  fixes(): readonly Fix[];
}

/** Keeps a rule's types tied together: the subject's name decides what `check` gets. */
export function defineRule<S extends SubjectName>(rule: Rule<S>): Rule<S> {
  return rule;
}
