import assert from "node:assert/strict";
import fc from "fast-check";
import { arrivals, namedProfile, PROFILE_NAMES, readRecording } from "../../src/simulation/profile";

describe("load profiles", () => {
  for (const name of PROFILE_NAMES)
    it(`${name} stays between foot and height and reaches both`, () => {
      const profile = namedProfile(name, { low: 2, high: 8, seconds: 3600 });
      const rates = Array.from({ length: 3600 }, (_, time) => profile.rate(time));
      assert.ok(Math.min(...rates) >= 2 && Math.max(...rates) <= 8);
      assert.ok(Math.min(...rates) < 2.2 && Math.max(...rates) > 7.8);
    });

  it("sends as many requests as it says, the same for the same seed", () => {
    const profile = namedProfile("step", { low: 1, high: 5, seconds: 3600 });
    const times = arrivals(profile, 7) ?? assert.fail();
    assert.ok(Math.abs(times.length - (1800 * 1 + 1800 * 5)) < 400, String(times.length));
    assert.deepEqual(times, arrivals(profile, 7));
    assert.notDeepEqual(times, arrivals(profile, 8));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
  });

  it("refuses what is too much", () =>
    assert.equal(arrivals(namedProfile("step", { low: 1e4, high: 1e4, seconds: 1e5 }), 1), undefined));
});

describe("recordings", () => {
  const good: readonly (readonly [string, string, at: number, rate: number])[] = [
    ["JSON pairs", "[[100, 1], [160, 5], [220, 2]]", 70, 5],
    ["Prometheus' range answer", '{"data":{"result":[{"values":[[100,"1.5"],[160,"3"]]}]}}', 10, 1.5],
    ["CSV with a header", "time,rps\n0,1\n60,4\n", 61, 4],
    ["CSV with dates", "2026-01-01T00:00:00Z;2\n2026-01-01T00:10:00Z;6", 599, 2],
    ["unsorted", "[[60, 4], [0, 1]]", 5, 1],
  ];
  for (const [name, text, at, rate] of good)
    it(name, () => {
      const profile = readRecording(text);
      assert.ok(!("problem" in profile));
      assert.equal(profile.rate(at), rate);
    });

  for (const text of [
    "",
    "[]",
    "{}",
    "[[1,2]]",
    "[[1,-2],[2,3]]",
    "a,b\nc,d",
    "[[1,1],[1,2]]",
    "null",
    '{"data":null}',
  ])
    it(`a sentence for ${JSON.stringify(text)}`, () => assert.ok("problem" in readRecording(text)));

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => void readRecording(text)));
    fc.assert(fc.property(fc.json(), (text) => void readRecording(text)));
  });
});
