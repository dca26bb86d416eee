type Cleanup = () => void;

const pending = new Set<Cleanup>();
let installed = false;

/**
 * Runs `cleanup` when this process ends, however it ends (short of SIGKILL), unless the returned function is
 * called first. Cleanups are synchronous because nothing asynchronous survives the `exit` event.
 */
export function onProcessEnd(cleanup: Cleanup): () => void {
  installHandlers();
  pending.add(cleanup);
  return () => pending.delete(cleanup);
}

function installHandlers(): void {
  if (installed) return;
  installed = true;
  process.on("exit", runAll);
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, code] of Object.entries(signals)) process.on(signal, () => process.exit(code));
}

function runAll(): void {
  for (const cleanup of pending) {
    try {
      cleanup();
    } catch {
      continue; // One failed cleanup must not keep the others from running.
    }
  }
  pending.clear();
}
