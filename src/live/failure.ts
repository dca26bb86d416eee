/** Who said no. An answer of 401 from Prometheus behind a proxy is another matter than one of the API server. */
export type FailureOrigin = "api-server" | "upstream" | "network" | "credentials" | "kubeconfig";

export type FailureCode =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "gone"
  | "too-many-requests"
  | "unavailable"
  | "bad-request"
  | "server-error"
  | "redirect"
  | "not-prometheus"
  | "refused"
  | "unknown-host"
  | "reset"
  | "timeout"
  | "certificate-unknown"
  | "certificate-name"
  | "certificate-expired"
  | "certificate-client"
  | "not-tls"
  | "too-large"
  | "cancelled"
  | "plugin-missing"
  | "plugin-failed"
  | "plugin-timeout"
  | "plugin-answer"
  | "unsupported"
  | "kubeconfig";

/** What went wrong, in our own words only: bodies, headers and what plug-ins print stay where they came from. */
export class LiveFailure extends Error {
  constructor(
    readonly origin: FailureOrigin,
    readonly code: FailureCode,
    message: string,
    /** Seconds that the server asks us to wait. */
    readonly retryAfter?: number,
    /** Of a 403: the right that is missing, as RBAC names it. */
    readonly missing?: MissingRight,
  ) {
    super(message);
    this.name = "LiveFailure";
  }
}

/** A rule that an administrator could add to a Role. */
export interface MissingRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | undefined;
}

/** The rule in YAML, for a person to hand on. */
export function rbacRule({ verb, group, resource }: MissingRight): string {
  return `- apiGroups: ["${group}"]\n  resources: ["${resource}"]\n  verbs: ["${verb}"]`;
}

/** Waiting helps with these; with the others only a person does. */
export function isPassing({ code }: LiveFailure): boolean {
  return PASSING.has(code);
}

const PASSING: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "too-many-requests",
  "unavailable",
  "server-error",
  "refused",
  "unknown-host",
  "reset",
  "timeout",
  "gone",
  "too-large",
  "not-prometheus",
]);
