import assert from "node:assert/strict";
import { flagCatalogue } from "../../src/data/flags";
import validate, { schemas, type JsonShape } from "../../src/data/json-options";

describe("JSON options", () => {
  it("are JSON options of the flag catalogue", () => {
    const json = new Set(flagCatalogue.flags.filter(({ type }) => type === "json").map(({ flag }) => flag));
    assert.deepEqual(
      Object.keys(schemas).filter((flag) => !json.has(flag)),
      [],
    );
  });

  it("name successors that exist", () => {
    const missing = (shape: JsonShape): readonly string[] =>
      Object.values(shape.properties ?? {}).flatMap((inner) => [
        ...missing(inner),
        ...(inner.replacedBy === undefined || shape.properties?.[inner.replacedBy] ? [] : [inner.replacedBy]),
      ]);
    assert.deepEqual(Object.values(schemas).flatMap(missing), []);
  });

  it("take what pydantic takes when it is not strict", () => {
    const speculative = { num_speculative_tokens: "4", disable_padded_drafter_batch: "yes", revision: null };
    assert.ok(validate({ "--speculative-config": speculative }), JSON.stringify(validate.errors));
    assert.ok(validate({ "--kv-transfer-config": { kv_buffer_size: 1e9, kv_rank: true } }));
    assert.ok(!validate({ "--speculative-config": { num_speculative_tokens: 1.5 } }));
    assert.ok(!validate({ "--speculative-config": { revision: 3 } }));
  });

  it("name the place of each error", () => {
    assert.ok(!validate({ "--compilation-config": { pass_config: { enable_sp: "maybe" }, backend: 1 } }));
    const places = validate.errors?.map(({ instancePath }) => instancePath).sort();
    assert.deepEqual(places, [
      "/--compilation-config/backend",
      "/--compilation-config/pass_config/enable_sp",
    ]);
  });
});
