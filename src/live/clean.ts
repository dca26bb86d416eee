/** Pods, labels and servers can say anything; what is shown of it is short, on one line and without control characters. */
export function cleanText(text: string, longest = 200): string {
  const plain = text
    // ANSI escape sequences as a whole, then what is left of control and direction characters.
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "")
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}

/** What looks like a credential is taken out of text that comes from plug-ins and servers. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, "[removed]")
    .replace(/\b(Bearer|Basic)\s+[^\s"',;]+/gi, "$1 [removed]")
    .replace(/\beyJ[\w-]+\.[\w.-]+/g, "[removed]")
    .replace(
      /\b(token|password|secret|authorization|api[_-]?key)(["']?\s*[:=]\s*["']?)[^\s"',;]+/gi,
      "$1$2[removed]",
    )
    .replace(/\/\/[^/\s@]+@/g, "//")
    .replace(/[A-Za-z0-9+/_=-]{40,}/g, "[removed]");
}
