import assert from "node:assert/strict";
import { keptCrashes } from "./crashes";
import { TARGETS } from "./targets";

describe("texts that once broke a reader", () => {
  it("each reader has a sound text that it takes", () => {
    for (const { check } of TARGETS) check("");
  });

  for (const { file, target, text } of keptCrashes())
    it(`${file} does so no more`, () => {
      const found = TARGETS.find(({ name }) => name === target);
      assert.ok(found, `${target} is a reader`);
      found.check(text);
    });
});
