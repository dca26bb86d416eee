/** A vLLM release: the public part of a PEP 440 version. Local parts (`+cu128`) and dev builds are not told apart. */
export interface VllmVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** How sure we are of the version a server will run. Findings that rest on an assumed one are warnings at most. */
export interface VersionClaim {
  readonly version: VllmVersion;
  readonly origin: "tag" | "setting" | "newest";
}

/** The newest release the catalogues know. */
export const NEWEST: VllmVersion = { major: 0, minor: 33, patch: 0 };

export function compareVersions(a: VllmVersion, b: VllmVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** The floors that the code asks about: a few dozen, asked thousands of times. */
const floors = new Map<string, VllmVersion>();

export function isAtLeast(version: VllmVersion, floor: string): boolean {
  let parsed = floors.get(floor);
  if (parsed === undefined) {
    parsed = parseVersion(floor);
    if (parsed === undefined) throw new Error(`not a version: ${floor}`);
    floors.set(floor, parsed);
  }
  return compareVersions(version, parsed) >= 0;
}

/** Reads `0.11`, `v0.8.5.post1`, `0.11.0rc1`; undefined for anything else. */
export function parseVersion(text: string): VllmVersion | undefined {
  const match = /^v?(\d{1,3})\.(\d{1,4})(?:\.(\d{1,4}))?(?![\d])/.exec(text.trim());
  if (!match) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

export function formatVersion(version: VllmVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}
