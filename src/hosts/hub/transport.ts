/** One answer, its body not yet read. */
export interface Answer {
  readonly status: number;
  /** Where the answer came from, after redirects that the transport could not help following. */
  readonly url: string;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Sends one GET and does not follow redirects where that can be helped. Rejects with what the platform says. */
export type Transport = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<Answer>;

/** `fetch`, in the editor and on the web; an editor gives it its proxy settings. */
export const fetchTransport: Transport = async (url, headers, signal) => {
  const options = { headers, signal, credentials: "omit", referrerPolicy: "no-referrer" } as const;
  let response = await fetch(url, { ...options, redirect: "manual" });
  // A browser hides where a redirect leads. It drops the token itself on the way to another host.
  if (response.type === "opaqueredirect") response = await fetch(url, { ...options, redirect: "follow" });
  return {
    status: response.status,
    url: response.url || url.href,
    header: (name) => response.headers.get(name) ?? undefined,
    body: chunksOf(response.body),
  };
};

async function* chunksOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = stream?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
