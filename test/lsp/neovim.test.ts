import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Cli } from "../cli/run-cli";

interface Shown {
  readonly diagnostics: readonly { readonly rule: string; readonly line: number; readonly source: string }[];
  readonly hover: string;
  readonly actions: readonly string[];
}

const root = resolve(__dirname, "../..");

describe("vllm-k8s lsp in Neovim", () => {
  const cli = new Cli({ withLanguageServer: true });
  after(() => cli.clean());

  it("shows the findings that the command line prints, fixes and the memory card", () => {
    const names = ["broken/llama-70b.yaml", "broken/cpu-autoscaling.yaml"];
    cpSync(join(root, "examples"), cli.path("examples"), { recursive: true });
    const files = names.map((name) => cli.path(`examples/${name}`));
    const answer = cli.path("answer.json");
    const script = join(root, "test/lsp/neovim.lua");
    writeFileSync(cli.path("setup.lua"), documentedSetup());
    const setup = ["--cmd", `luafile ${cli.path("setup.lua")}`];
    const run = spawnSync("nvim", ["--headless", "--clean", "-n", ...setup, "-S", script], {
      cwd: cli.folder,
      encoding: "utf8",
      timeout: 55_000,
      env: {
        ...process.env,
        XDG_STATE_HOME: cli.path("state"),
        FILES: JSON.stringify(files),
        PATH: `${installed(cli)}:${process.env.PATH ?? ""}`,
        ANSWER: answer,
      },
    });
    if (run.error) assert.fail(`Neovim is missing: apt-get install neovim (${run.error.message})`);
    assert.equal(run.status, 0, run.stderr);
    const shown = JSON.parse(readFileSync(answer, "utf8")) as Shown[];
    for (const [i, name] of names.entries()) {
      const lint = cli.run(["lint", "--format=json", `examples/${name}`]);
      const { findings } = JSON.parse(lint.out) as {
        findings: { rule: string; range: { start: { line: number } } }[];
      };
      assert.deepEqual(
        shown[i]?.diagnostics.map(({ rule, line }) => `${line} ${rule}`).sort(),
        findings.map(({ rule, range }) => `${range.start.line} ${rule}`).sort(),
      );
      assert.ok(shown[i]?.diagnostics.every(({ source }) => source === "vllm-k8s"));
    }
    assert.match(shown[0]?.hover ?? "", /vLLM memory per GPU/);
    assert.ok((shown[0]?.actions.length ?? 0) > 0);
  });
});

/** What docs/editors.md tells people to write for the Neovim that runs here. */
function documentedSetup(): string {
  const page = readFileSync(join(root, "docs/editors.md"), "utf8");
  const setup = /^For 0\.7[^]*?```lua\n([^]*?)```/m.exec(page)?.[1];
  assert.ok(setup, "docs/editors.md has a setup for Neovim 0.7");
  return setup;
}

/** A folder with the command `vllm-k8s`, as an installed package has it. */
function installed(cli: Cli): string {
  const folder = cli.path("bin");
  mkdirSync(folder, { recursive: true });
  const command = join(folder, "vllm-k8s");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${cli.bundle}" "$@"\n`);
  chmodSync(command, 0o755);
  return folder;
}
