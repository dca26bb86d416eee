// Loads the bundle that is named and activates it once; prints the milliseconds. Plain JavaScript: nothing else may be loaded before.
const { readFile } = require("node:fs/promises");
const Module = require("node:module");
const { dirname, join } = require("node:path");

/** Stands for anything: a call, a member, an instance. Iterates over nothing. */
const anything = new Proxy(function () {}, {
  get(_target, key) {
    if (key === Symbol.iterator) return [][Symbol.iterator];
    if (key === Symbol.toPrimitive) return () => "";
    // A promise-like would never settle.
    if (key === "then") return undefined;
    if (key === "prototype") return Object.prototype;
    // Lists of documents, editors and folders are empty.
    return key === "forEach" || key === "map" || key === "filter" || key === "flatMap" ? () => [] : anything;
  },
  apply: () => anything,
  construct: () => anything,
});

/** The one call that needs a real answer: it reads the catalogues beside the bundle. */
const fs = { readFile: () => readFile(join(dirname(process.argv[2]), "catalogues.json")) };
const editor = new Proxy(anything, {
  get: (target, key) =>
    key === "workspace"
      ? new Proxy(anything, { get: (each, name) => (name === "fs" ? fs : each[name]) })
      : target[key],
});

const load = Module._load;
Module._load = (request, ...rest) => (request === "vscode" ? editor : load(request, ...rest));

const started = performance.now();
const extension = require(process.argv[2]);
const activated = extension.activate({ subscriptions: [], extensionUri: anything, extension: anything });
Promise.resolve(activated).then(
  () => {
    process.stdout.write(String(performance.now() - started));
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
