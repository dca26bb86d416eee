/** Why a model could not be read from the Hub, as a sentence for a person. */
export class HubFailure extends Error {
  constructor(
    message: string,
    /** The file may be there and another one may do; the rest of the reading can go on. */
    readonly isMissing = false,
  ) {
    super(message);
  }
}

/** What a status code of the Hub means for a person. */
export function statusFailure(
  host: string,
  id: string,
  status: number,
  retryAfter: string | undefined,
): HubFailure {
  if (status === 401 || status === 403) {
    return new HubFailure(
      `${host} refuses ${id}: it does not exist, or is private or gated and needs a token with access.`,
    );
  }
  if (status === 404) return new HubFailure(`${host} has no such model or file: ${id}.`, true);
  if (status === 429) {
    const seconds = Number(retryAfter);
    const when =
      seconds > 0 && seconds < 1e5 ? ` Try again in ${Math.ceil(seconds)} s.` : " Try again later.";
    return new HubFailure(`${host} takes no more requests for now.${when}`);
  }
  if (status >= 500) return new HubFailure(`${host} has a problem of its own (${status}). Try again later.`);
  return new HubFailure(`${host} answered ${status} for ${id}.`);
}

/** What the platform throws: codes are safe to show, messages may hold addresses with credentials. */
export function networkFailure(host: string, error: unknown, seconds: number): HubFailure {
  if (error instanceof HubFailure) return error;
  const { name, code, cause } = error as { name?: string; code?: unknown; cause?: { code?: unknown } };
  if (name === "AbortError" || name === "TimeoutError")
    return new HubFailure(`${host} did not answer within ${seconds} s.`);
  const known = [code, cause?.code].find(
    (each): each is string => typeof each === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(each),
  );
  return new HubFailure(`${host} cannot be reached${known === undefined ? "" : ` (${known})`}.`);
}
