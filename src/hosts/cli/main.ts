import { isMainThread } from "node:worker_threads";
import { run } from "./cli";
import { processIo } from "./io";
import { serveAsThread } from "./lint-threads";

if (isMainThread) {
  void run(process.argv.slice(2), processIo(__filename)).then((code) => {
    process.exitCode = code;
  });
} else serveAsThread();
