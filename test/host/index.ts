import Mocha from "mocha";
import { CountingReporter } from "../reporter";

/** Filled in when the suite is bundled: a web worker has no environment to read. */
declare const SUITE_OPTIONS: { kind: "node" | "web"; grep: string; forbidOnly: boolean };

const timeout = 30_000;

/** Runs inside the extension host; `load` requires the test files once mocha's globals exist. */
export function runSuite(load: () => void): Promise<void> {
  assertRightHost();
  const mocha = new Mocha({
    ui: "bdd",
    reporter: CountingReporter,
    timeout,
    forbidOnly: SUITE_OPTIONS.forbidOnly,
  });
  if (SUITE_OPTIONS.grep) mocha.grep(SUITE_OPTIONS.grep);
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  load();
  // Whoever relays this console can drop what the workbench said while it started.
  console.log("mocha-start");
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const ran = runner.stats?.tests ?? 0;
      if (failures > 0) reject(new Error(`${failures} of ${ran} tests failed`));
      else if (ran === 0) reject(new Error("No test ran"));
      else resolve();
    });
  });
}

/** VS Code falls back to the Node host without a word when it cannot use the web worker. */
function assertRightHost(): void {
  const kind = typeof process === "object" && process.versions?.node ? "node" : "web";
  if (kind !== SUITE_OPTIONS.kind) {
    throw new Error(`The suite for the ${SUITE_OPTIONS.kind} host runs in the ${kind} host`);
  }
}
