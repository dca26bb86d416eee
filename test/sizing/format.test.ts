import assert from "node:assert/strict";
import {
  formatBand,
  formatBytes,
  formatCount,
  formatGib,
  formatNumber,
  formatSeconds,
  formatTimes,
  formatTokens,
} from "../../src/sizing/format";

describe("sizing format", () => {
  it("keeps three significant digits", () => {
    assert.equal(formatNumber(14.9888), "15");
    assert.equal(formatNumber(14.93), "14.9");
    assert.equal(formatNumber(1.444), "1.44");
    assert.equal(formatNumber(0.1271), "0.127");
    assert.equal(formatNumber(152.4), "152");
    assert.equal(formatNumber(70272), "70300");
    assert.equal(formatNumber(0), "0");
  });

  it("picks binary units", () => {
    assert.equal(formatGib(14.96), "15 GiB");
    assert.equal(formatGib(0.25), "256 MiB");
    assert.equal(formatGib(2000), "1.95 TiB");
    assert.equal(formatBytes(131072), "128 KiB");
    assert.equal(formatBytes(40), "40 B");
    assert.equal(formatGib(-0.5), "-512 MiB");
  });

  it("writes counts of tokens for a glance and exactly", () => {
    assert.equal(formatTokens(8192), "8192");
    assert.equal(formatTokens(460_496), "460k");
    assert.equal(formatTokens(5_721_088), "5.72M");
    assert.equal(formatCount(460_496), "460,496");
    assert.equal(formatCount(1_234_567.8), "1,234,567");
  });

  it("writes factors and seconds", () => {
    assert.equal(formatTimes(3.513), "3.51x");
    assert.equal(formatTimes(110.3), "110x");
    assert.equal(formatSeconds(42), "42 s");
    assert.equal(formatSeconds(330), "5.5 min");
    assert.equal(formatSeconds(7200), "2 h");
  });

  it("shows the band only where it can be seen", () => {
    assert.equal(
      formatBand({ value: 3.05, low: 2.8, high: 3.3 }, formatGib),
      "≈ 3.05 GiB (2.8 GiB to 3.3 GiB)",
    );
    assert.equal(formatBand({ value: 3.05, low: 3.05, high: 3.05 }, formatGib), "3.05 GiB");
  });

  it("says unknown for what is no number", () => {
    for (const format of [formatNumber, formatGib, formatTokens, formatCount, formatTimes, formatSeconds]) {
      assert.equal(format(Number.NaN), "unknown");
      assert.equal(format(Number.POSITIVE_INFINITY), "unknown");
    }
  });
});
