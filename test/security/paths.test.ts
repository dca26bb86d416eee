import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { MANIFEST, newService } from "../robustness/support";

const ROOT = resolve(__dirname, "..", "..");

/** Writes down every file and folder that the process looks into. */
const HOOK = `
const fs = require("node:fs");
for (const name of ["readFileSync", "readdirSync", "openSync"]) {
  const own = fs[name];
  fs[name] = (path, ...rest) => {
    if (typeof path === "string") fs.writeSync(3, path + "\\n");
    return own(path, ...rest);
  };
}
`;

describe("paths in untrusted files", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "vllm-k8s-paths-")));
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  };

  before(() => {
    buildSync({
      absWorkingDir: ROOT,
      entryPoints: ["src/hosts/cli/main.ts"],
      outfile: join(folder, "bin", "cli.js"),
      bundle: true,
      platform: "node",
      target: "node20",
      logLevel: "error",
    });
    write({
      "bin/hook.cjs": HOOK,
      "repo/.git/HEAD": "",
      "outside/config.json": "{}",
      "outside/private.yaml": MANIFEST,
      "beside/private.yaml": MANIFEST,
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What of the machine the command line looked into, itself and Node's own files aside. */
  function lookedInto(...args: readonly string[]): readonly string[] {
    const log = join(folder, "looked.txt");
    const hook = join(folder, "bin", "hook.cjs");
    const command = [
      "exec 3>looked.txt; cd repo; exec",
      process.execPath,
      "--require",
      hook,
      join(folder, "bin", "cli.js"),
      ...args,
    ];
    const env = { ...process.env, NODE_OPTIONS: "" };
    const { status, stderr } = spawnSync("sh", ["-c", command.join(" ")], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    // 2 says that a path was refused.
    assert.ok(status === 0 || status === 1 || (status === 2 && stderr.includes("leads out of")), stderr);
    return readFileSync(log, "utf8")
      .split("\n")
      .filter((path) => path !== "" && !path.startsWith(join(folder, "bin")) && path.startsWith(folder));
  }

  const isInside = (path: string): boolean => `${path}/`.startsWith(join(folder, "repo") + "/");

  it("a kustomization reaches what lies in its repository, and nothing else", () => {
    symlinkSync(join(folder, "beside"), join(folder, "repo", "link"));
    write({
      "repo/base/chat.yaml": MANIFEST,
      "repo/overlays/one/kustomization.yaml": `# vllm\nresources: [../../base, ../../../outside, ../../../../etc, /etc, ../../link]\n`,
      "repo/overlays/one/chat.yaml": MANIFEST,
    });
    const looked = lookedInto("lint", "overlays");
    assert.ok(looked.includes(join(folder, "repo", "base", "chat.yaml")), looked.join("\n"));
    assert.deepEqual(
      looked.filter((path) => !isInside(path)),
      [],
    );
  });

  it("a .vllm-k8s.yaml names models in its repository, and no others", () => {
    write({
      "repo/models/b/config.json": "{}",
      "repo/served/.vllm-k8s.yaml": `models:\n  Qwen/Qwen2.5-7B-Instruct: ../../outside/config.json\n  meta-llama/Llama-3.1-70B-Instruct: ../models/b\n`,
      "repo/served/chat.yaml": MANIFEST,
    });
    const looked = lookedInto("size", "served");
    assert.ok(looked.includes(join(folder, "repo", "models", "b", "config.json")), looked.join("\n"));
    assert.deepEqual(
      looked.filter((path) => !isInside(path)),
      [],
    );
  });

  it("a model's name or --config of a manifest is no way out either", () => {
    write({
      "repo/named/chat.yaml": MANIFEST.replace("Qwen/Qwen2.5-7B-Instruct", "../../outside")
        .replace("meta-llama/Llama-3.1-70B-Instruct", join(folder, "outside"))
        .replace(
          "--device=cpu",
          "--config=../../outside/private.yaml, --chat-template=../../outside/config.json",
        ),
    });
    assert.deepEqual(
      lookedInto("size", "named").filter((path) => !isInside(path)),
      [],
    );
  });

  it("the service itself has no files: --config is looked up in the manifest's own ConfigMaps", () => {
    const service = newService();
    service.setFile("/r/a.yaml", MANIFEST.replace("--device=cpu", "--config=/etc/../etc/passwd"));
    assert.doesNotMatch(
      JSON.stringify([service.diagnostics("/r/a.yaml"), service.breakdown("/r/a.yaml", 1)]),
      /root:/,
    );
    assert.deepEqual(service.referredFolders("/r/a.yaml"), []);
  });
});
