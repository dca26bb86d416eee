import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files of one authority and of what it signed, made anew for each run. */
export interface Certificates {
  readonly folder: string;
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  /** Signed for another name than the server's. */
  readonly otherNameCert: string;
  readonly otherNameKey: string;
  readonly expiredCert: string;
  readonly expiredKey: string;
  /** A person called `cert-user`. */
  readonly clientCert: string;
  readonly clientKey: string;
  readonly expiredClientCert: string;
  readonly expiredClientKey: string;
  remove(): void;
}

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "live-certificates-"));
  const path = (name: string): string => join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl([
    "req",
    "-x509",
    ...key,
    "-subj",
    "/CN=test-ca",
    "-days",
    "30",
    "-keyout",
    path("ca.key"),
    "-out",
    path("ca.crt"),
  ]);
  const sign = (name: string, subject: string, extension: string, days = "30"): void => {
    openssl(["req", ...key, "-subj", subject, "-keyout", path(`${name}.key`), "-out", path(`${name}.csr`)]);
    writeFileSync(path(`${name}.ext`), extension);
    const ca = ["-CA", path("ca.crt"), "-CAkey", path("ca.key"), "-CAcreateserial"];
    openssl([
      "x509",
      "-req",
      "-in",
      path(`${name}.csr`),
      ...ca,
      "-days",
      days,
      "-extfile",
      path(`${name}.ext`),
      "-out",
      path(`${name}.crt`),
    ]);
  };
  const server = "extendedKeyUsage=serverAuth\nsubjectAltName=";
  sign("server", "/CN=api", `${server}IP:127.0.0.1,DNS:localhost,DNS:api.example.test`);
  sign("other", "/CN=other", `${server}DNS:elsewhere.example.test`);
  // x509 takes no date in the past on OpenSSL 3.0, but a life of no days is over at once.
  sign("expired", "/CN=api", `${server}IP:127.0.0.1`, "0");
  sign("client", "/O=developers/CN=cert-user", "extendedKeyUsage=clientAuth");
  sign("expired-client", "/O=developers/CN=cert-user", "extendedKeyUsage=clientAuth", "0");
  return {
    folder,
    ca: path("ca.crt"),
    serverCert: path("server.crt"),
    serverKey: path("server.key"),
    otherNameCert: path("other.crt"),
    otherNameKey: path("other.key"),
    expiredCert: path("expired.crt"),
    expiredKey: path("expired.key"),
    clientCert: path("client.crt"),
    clientKey: path("client.key"),
    expiredClientCert: path("expired-client.crt"),
    expiredClientKey: path("expired-client.key"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function openssl(args: readonly string[]): void {
  try {
    execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new Error("openssl is missing: install it, on Debian with `apt-get install openssl`.", {
        cause: error,
      });
    throw error;
  }
}

export function base64File(path: string): string {
  return readFileSync(path).toString("base64");
}
