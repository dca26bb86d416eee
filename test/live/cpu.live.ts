import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { LiveSession } from "../../src/hosts/vscode/live/session/live-session";
import { viewOf } from "../../src/hosts/vscode/live/session/view-of";
import { liveManifestOf, MANIFEST } from "./world";

/** Of one core, at a refresh each second with fifty pods. */
const CEILING = 0.05;
/** Longer for figures to write down: `LIVE_CPU_SECONDS=180 npm run test:live`. */
const SECONDS = Number(process.env.LIVE_CPU_SECONDS ?? 12);
const MOST_PODS_READ = 32;

/** What the panel costs the extension host: reading, computing, and what is sent to the page. */
describe("fifty pods, once a second", function () {
  this.timeout(120_000 + 4 * SECONDS * 1000);
  let world: ChildProcess;
  let kubeconfig: string;

  before(async () => {
    world = fork(join(__dirname, "cpu-world.ts"), { execArgv: ["--import", "tsx"] });
    const [message] = (await once(world, "message")) as [{ kubeconfig: string }];
    kubeconfig = message.kubeconfig;
  });
  after(async () => {
    const ended = once(world, "exit");
    world.disconnect();
    await ended;
  });

  for (const byPod of [false, true]) {
    it(`takes less than ${CEILING * 100} % of a core from Prometheus, ${byPod ? "pod by pod" : "summed"}`, async () => {
      const { share, rounds, bytes } = await measure({ byPod, pods: false });
      console.log(
        `      ${percent(share)} of a core, ${rounds} rounds, ${(bytes / 1000).toFixed(0)} kB to the page`,
      );
      assert.ok(rounds >= SECONDS - 3, `${rounds} rounds`);
      assert.ok(share < CEILING, percent(share));
    });
  }

  it(`says what reading ${MOST_PODS_READ} pods without a Prometheus takes`, async () => {
    const { share, rounds } = await measure({ byPod: false, pods: true });
    console.log(`      ${percent(share)} of a core, ${rounds} rounds`);
    // Every pod's whole text is read: more than a query, and still far from a core.
    assert.ok(share < 0.5, percent(share));
  });

  async function measure(how: {
    byPod: boolean;
    pods: boolean;
  }): Promise<{ share: number; rounds: number; bytes: number }> {
    const manifest = liveManifestOf(MANIFEST);
    let rounds = 0;
    let seen = 0;
    let bytes = 0;
    const session: LiveSession = new LiveSession(
      {
        env: { ...process.env, KUBECONFIG: kubeconfig },
        now: () => Date.now(),
        random: () => 0.5,
        after: (milliseconds, run) => {
          const timer = setTimeout(run, milliseconds);
          return { cancel: () => clearTimeout(timer) };
        },
        confirm: () => Promise.resolve(true),
        manifest: () => manifest,
        changed: () => {
          bytes = Math.max(bytes, JSON.stringify(viewOf(session, manifest, [], Date.now())).length);
          if (session.lastGood === undefined || session.lastGood === seen) return;
          seen = session.lastGood;
          rounds++;
        },
        log: () => undefined,
      },
      1000,
    );
    if (how.pods) session.choice = { kind: "pods" };
    session.setRange(15, how.byPod);
    await session.connect();
    // Finding the source and the past is once; the compiler warms up as well.
    await pause(4000);
    assert.equal(session.phase, "live", session.failure?.message);
    // All that there is room for: a quarter of an hour of every chart.
    if (!how.pods) {
      const drawn = session.board.views(new Map()).map(({ times }) => times.length);
      assert.ok(Math.max(...drawn) >= 200, `${drawn.join()} points`);
    }
    rounds = 0;
    const started = performance.now();
    const before = process.cpuUsage();
    await pause(SECONDS * 1000);
    const { user, system } = process.cpuUsage(before);
    const share = (user + system) / 1000 / (performance.now() - started);
    session.disconnect();
    return { share, rounds, bytes };
  }
});

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
