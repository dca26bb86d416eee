import assert from "node:assert/strict";
import { viewOf } from "../../src/hosts/vscode/live/session/view-of";
import { startDemo, type Demo } from "./demo";

/** What `npm run demo:live` starts, without the editor. */
describe("the demo", function () {
  this.timeout(60_000);
  let demo: Demo;

  before(async () => {
    demo = await startDemo();
  });
  after(() => demo?.stop());

  it("has every panel, with the memory of its GPUs", async () => {
    const { session, until } = demo.world.session({ refreshMs: 300 });
    await session.connect();
    await until("GPU memory", ({ board }) => board.views(new Map()).some(({ id }) => id === "gpu"));
    await until("the pool", ({ found }) => found?.source.kvPool !== undefined);
    const gpu = viewOf(session, undefined, [], Date.now()).panels.find(({ id }) => id === "gpu");
    assert.match(gpu?.now ?? "", /^9[01](\.\d)? %$/);
    assert.equal(session.found?.source.kvPool, 4600 * 16);
    assert.match(
      session.found?.source.queriesOf("gpu", false)[0] ?? "",
      /DCGM_FI_DEV_FB_USED\{namespace="chat",pod=~/,
    );
    session.disconnect();
  });
});
