import assert from "node:assert/strict";
import { viewOf } from "../../src/hosts/vscode/live/session/view-of";
import { startWorld, type World } from "./world";

const REFRESH_SECONDS = 5;
const MINUTE = 60 / REFRESH_SECONDS;

/** An hour in front of the panel, at a clock that a round moves on. */
describe("an hour of rounds", function () {
  this.timeout(120_000);
  let world: World;
  let time = Date.now();

  before(async () => {
    world = await startWorld({ now: () => time / 1000 });
    world.fleet.setLoad(2);
  });
  after(() => world?.stop());

  for (const byPod of [false, true]) {
    it(`leaves no more behind than twenty minutes of it, ${byPod ? "pod by pod" : "summed"}`, async () => {
      const { session, until } = world.session({
        refreshMs: REFRESH_SECONDS * 1000,
        now: () => time,
        after: (milliseconds, run) => {
          const timer = setImmediate(() => {
            time += milliseconds;
            run();
          });
          return { cancel: () => clearImmediate(timer) };
        },
      });
      session.setRange(15, byPod);
      const kept: number[] = [];
      const sent: number[] = [];
      const started = time;
      await session.connect();
      for (let minutes = 20; minutes <= 60; minutes += 20) {
        await until("rounds", ({ lastGood = 0 }) => lastGood >= started + minutes * 60_000);
        kept.push(session.board.size);
        sent.push(JSON.stringify(viewOf(session, undefined, [], time)).length);
      }
      session.disconnect();
      const [twenty = 0, , hour = 0] = kept;
      assert.ok(twenty > 15 * MINUTE, `${twenty} points after twenty minutes`);
      assert.ok(hour <= twenty * 1.05, `${twenty} points after twenty minutes, ${hour} after an hour`);
      assert.ok((sent[2] ?? 0) <= (sent[0] ?? 0) * 1.1, `bytes to the page: ${sent.join(", ")}`);
    });
  }
});
