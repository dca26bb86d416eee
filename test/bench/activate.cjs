// Loads the bundle that is named and activates it once; prints the milliseconds. Plain JavaScript: nothing else may be loaded before.
const Module = require("node:module");

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

const load = Module._load;
Module._load = (request, ...rest) => (request === "vscode" ? anything : load(request, ...rest));

const started = performance.now();
const extension = require(process.argv[2]);
const activated = extension.activate({ subscriptions: [], extensionUri: anything, extension: anything });
const took = performance.now() - started;
Promise.resolve(activated).then(
  () => {
    process.stdout.write(String(took));
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
