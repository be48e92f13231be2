// What Python computed, by oracle.py.

import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { env } from "node:process";

export const oracle = JSON.parse(readFileSync(env.ACDA_ORACLE, "utf8"));

// Two rows of numbers agree to `tolerance`, relative to the largest.
export function assertClose(found, expected, tolerance, what = "") {
  assert.equal(found.length, expected.length, `${what}: lengths`);
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  found.forEach((value, index) => assert.ok(Math.abs(value - expected[index]) <= tolerance * scale,
    `${what}[${index}]: found ${value}, expected ${expected[index]}`));
}
