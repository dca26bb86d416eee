/** A failure whose message already says what to do; it is shown without a stack. */
export class SetupError extends Error {}

/** Runs a script's main function; its number is the exit code. */
export function runMain(main: () => Promise<number>): void {
  main().then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error instanceof SetupError ? `\n${error.message}` : error);
      process.exit(1);
    },
  );
}
