import { createConnection } from "vscode-languageserver/node";
import { processIo } from "../cli/io";
import { startServer } from "./server";

/** Speaks the Language Server Protocol on standard input and output. The process ends when the client says so, or goes away. */
export function serve(): void {
  startServer(createConnection(process.stdin, process.stdout), processIo(__filename));
}
