import Mocha from "mocha";

/**
 * Mocha's usual output, then one line for machines. A console line is the one channel that every place a suite
 * runs in has: Node, VS Code's extension host and its web worker.
 */
export class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const failed: string[] = [];
    runner.on("fail", (test: Mocha.Runnable) => failed.push(test.fullTitle()));
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      Mocha.reporters.Base.consoleLog(
        `mocha-summary ${JSON.stringify({ passes, failures, pending, failed })}`,
      );
    });
  }
}

export default CountingReporter;
