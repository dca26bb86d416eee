import { LiveFailure, type FailureCode } from "../../../../live/failure";

const CODES: Readonly<Record<string, FailureCode>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  ENOTFOUND: "unknown-host",
  EAI_AGAIN: "unknown-host",
  ECONNRESET: "reset",
  EPIPE: "reset",
  HPE_INVALID_CONSTANT: "not-tls",
  ETIMEDOUT: "timeout",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate-unknown",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate-unknown",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate-unknown",
  UNABLE_TO_GET_ISSUER_CERT: "certificate-unknown",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate-unknown",
  CERT_SIGNATURE_FAILURE: "certificate-unknown",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate-name",
  CERT_HAS_EXPIRED: "certificate-expired",
  CERT_NOT_YET_VALID: "certificate-expired",
  EPROTO: "not-tls",
  ERR_SSL_WRONG_VERSION_NUMBER: "not-tls",
};

/** What a server says of the certificate that it was shown; releases of OpenSSL put different words in front. */
const CLIENT_REFUSED = /ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_(EXPIRED|REQUIRED|REVOKED|UNKNOWN))$/;

const WORDS: Readonly<Partial<Record<FailureCode, string>>> = {
  refused: "Nothing answers at the API server's address.",
  "unknown-host": "The API server's name is not known here. A VPN may be missing.",
  reset: "The connection broke off.",
  timeout: "There was no complete answer in time.",
  "certificate-unknown":
    "The API server's certificate is signed by an authority that the kubeconfig does not name.",
  "certificate-name":
    "The API server's certificate is for another name. The kubeconfig can give it as tls-server-name.",
  "certificate-expired": "The API server's certificate is not valid at this time.",
  "certificate-client": "The API server does not accept the client certificate.",
  "not-tls": "The server at this address does not speak TLS as expected.",
  "too-large": "The answer is too large and was cut off.",
  cancelled: "Cancelled.",
};

export function networkFailure(code: FailureCode): LiveFailure {
  return new LiveFailure("network", code, WORDS[code] ?? "The request failed.");
}

/** An error of Node's as one of ours. Its message stays behind: it may quote what was sent. */
export function failureFrom(error: unknown): LiveFailure {
  if (error instanceof LiveFailure) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (code === "ABORT_ERR") return networkFailure("cancelled");
  if (CLIENT_REFUSED.test(code)) return networkFailure("certificate-client");
  if (/^ERR_(OSSL|CRYPTO)|PEM/.test(code))
    return new LiveFailure(
      "credentials",
      "certificate-client",
      "A certificate or key of the kubeconfig cannot be read.",
    );
  return networkFailure(CODES[code] ?? (code.startsWith("ERR_SSL") ? "not-tls" : "reset"));
}
