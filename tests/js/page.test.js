// What the widgets share of a page, as far as it needs none: the model without a kernel, links, numbers for people.

import assert from "node:assert/strict";
import test from "node:test";

import { curvePath, decadesOf } from "../../acda_core/course/widgets/js/chart.js";
import { answer, fromRuns, line, peaks, toRuns } from "../../acda_core/course/widgets/js/detection.js";
import { answerAgain } from "../../acda_core/course/widgets/js/again.js";
import { changedPart, changedRuns, drawingOf, drawnAt } from "../../acda_core/course/widgets/js/drawing.js";
import { multiscaleBases } from "../../acda_core/course/widgets/js/bases.js";
import { normal } from "../../acda_core/course/widgets/js/random.js";
import mount from "../../acda_core/course/widgets/js/mount.js";
import { figure, isIndex, number, percent, scientific, subscript } from "../../acda_core/course/widgets/js/numbers.js";
import { isKnownAt, stamp } from "../../acda_core/course/widgets/js/patterns.js";
import { frameOf, largestDifferences } from "../../acda_core/course/widgets/js/shifting.js";
import { numbersOf, spoken } from "../../acda_core/course/widgets/js/state.js";
import { placesAfter } from "../../acda_core/course/widgets/js/training_map.js";
import { pointOf, sharesAt } from "../../acda_core/course/widgets/js/triangle.js";

test("a model without a kernel tells of a value that has changed, and of no other", () => {
  const model = mount.modelOf({ a: 1, b: [1, 2] });
  const heard = [];
  const [hearA, hearB] = [() => heard.push("a"), () => heard.push("b")];
  model.on("change:a", hearA);
  model.on("change:b", hearB);
  model.set("a", 1);
  model.set("b", [1, 2]);
  assert.deepEqual(heard, []);
  model.set("a", 2);
  model.set("b", [1, 3]);
  assert.deepEqual([heard, model.get("a"), model.get("b")], [["a", "b"], 2, [1, 3]]);
  model.off("change:a", hearA);
  model.set("a", 3);
  assert.deepEqual(heard, ["a", "b"]);
});

test("a listener may leave while it is told", () => {
  const model = mount.modelOf({ a: 1 });
  const heard = [];
  const once = () => { heard.push("once"); model.off("change:a", once); };
  model.on("change:a", once);
  model.on("change:a", () => heard.push("other"));
  model.set("a", 2);
  model.set("a", 3);
  assert.deepEqual(heard, ["once", "other", "other"]);
});

test("a fragment gives its numbers, or nothing where it is another's or holds something else", () => {
  assert.deepEqual(numbersOf("#shift=1,-2.5,0", "#shift="), [1, -2.5, 0]);
  for (const other of ["", "#shift=", "#shift=1,a", "#shift-2=1", "#shift=1,Infinity"]) {
    assert.equal(numbersOf(other, "#shift="), null, other);
  }
});

// Time that passes when a test says so.
function clock({ mock }) {
  const waiting = new Map();
  let [now, last] = [0, 0];
  mock.method(globalThis, "setTimeout", (call, delay) => {
    waiting.set(++last, { call, at: now + delay });
    return last;
  });
  mock.method(globalThis, "clearTimeout", (timer) => waiting.delete(timer));
  return (milliseconds) => {
    now += milliseconds;
    for (const [timer, { call, at }] of [...waiting]) if (at <= now && waiting.delete(timer)) call();
  };
}

test("the newest of several sentences is said, once", (context) => {
  const tick = clock(context);
  const said = [];
  const speech = spoken((sentence) => said.push(sentence));
  speech.tell("first");
  tick(0);
  for (const sentence of ["second", "third", "third"]) speech.tell(sentence);
  tick(499);
  assert.deepEqual(said, ["first"]);
  tick(1);
  speech.tell("third");
  tick(1000);
  assert.deepEqual(said, ["first", "third"]);
  speech.tell("fourth");
  speech.stop();
  tick(1000);
  assert.equal(said.length, 2);
});

test("numbers are written for people", () => {
  assert.deepEqual([number(-0.001), number(-1.5, 1), number(2)], ["0.00", "−1.5", "2.00"]);
  assert.deepEqual([scientific(5.62e-5, 1), scientific(-3e12)], ["5.6·10⁻⁵", "−3·10¹²"]);
  assert.deepEqual([figure(0), figure(0.0123), figure(0.00001), figure(NaN), figure(null)],
    ["0", "0.012", "1.0·10⁻⁵", "not a number", "not a number"]);
  assert.deepEqual([percent(0.255), subscript(103)], ["26\u00a0%", "₁₀₃"]);
  assert.deepEqual([0, 3, 4, -1, 1.5, NaN, undefined].map((value) => isIndex(value, 4)),
    [true, true, false, false, false, false, false]);
});

test("a curve ends at a loss that is no number, and begins again after it", () => {
  const points = [[0, 1], [1, 2], [2, null], [3, 4], [4, NaN], [5, 6]];
  assert.equal(curvePath(points, (step) => step, (loss) => loss),
    "M0.00 1.00L1.00 2.00M3.00 4.00M5.00 6.00");
});

test("a long curve is drawn with some four hundred points and its last one", () => {
  const drawn = curvePath(Array.from({ length: 3001 }, (_, step) => [step, 1]), (step) => step, () => 0).match(/[ML]/g);
  assert.ok(drawn.length > 300 && drawn.length <= 402);
  assert.equal(drawn.filter((pen) => pen === "M").length, 1);
});

test("an axis spans the powers of ten around its values", () => {
  assert.deepEqual(decadesOf([0.02, 3, NaN, 0]), { low: -2, high: 1 });
  assert.deepEqual(decadesOf([]), { low: -1, high: 1 });
});

test("bits become runs and bits again", () => {
  for (const bits of [[0, 0, 1, 1, 0, 1], [1, 0, 0], [0, 0, 0], [1, 1]]) {
    assert.deepEqual(Array.from(fromRuns(toRuns(bits), bits.length)), bits);
  }
  assert.deepEqual([toRuns([0, 0, 1, 1, 0]), toRuns([1, 0]), toRuns([0])], [[2, 2], [0, 1], []]);
});

test("what changed in a drawing brings it back from the old one", () => {
  const [old, now] = [toRuns([0, 1, 1, 0, 0, 0, 1, 0, 0]), toRuns([1, 1, 0, 0, 1, 0, 1, 0, 0])];
  assert.deepEqual(changedRuns(changedRuns(now, old, 3), old, 3), now);
  assert.deepEqual(changedRuns(old, old, 3), []);
});

test("a change of a map is answered as the whole map would be, to the last bit, at its border too", () => {
  const draw = (stream, count) => Float64Array.from({ length: count }, (_, index) => normal(5, stream, index));
  const [bases, hidden, size] = [multiscaleBases(5), 3, 14];
  const layer = { kernelSize: 5, bases, bias: draw(0, 1), conv: { weight: draw(1, 25), bias: draw(2, 1), size: 5 },
    first: { weight: draw(3, 9 * hidden), bias: draw(4, hidden), size: 3 }, second: { size: 3 },
    mixed: { weight: draw(5, 9 * hidden * bases.length), bias: draw(6, bases.length), size: 3 } };
  const map = (bits) => ({ channels: 1, height: size, width: size, values: bits });
  const before = new Float64Array(size * size);
  for (const changes of [[0], [size * size - 1], [5 * size + 6, 7 * size + 3], [13, 13 * size]]) {
    const after = before.slice();
    for (const index of changes) after[index] = 1;
    const found = answerAgain(layer, map(after), answer(layer, map(before)), changedPart(before, after, size));
    assert.deepEqual(found, answer(layer, map(after)));
  }
  assert.equal(changedPart(before, before, size), null);
});

test("a tool draws its shape where it is on the map, and the eraser takes away", () => {
  const runs = drawnAt([[0, 3]], { tool: "square", side: 3, runs: [] }, 4);
  assert.deepEqual(Array.from(fromRuns(runs, 16)), [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(drawnAt([[0, 3]], { tool: "erase", side: 7, runs }, 4), []);
  assert.deepEqual(Array.from(fromRuns(drawingOf([0.9, 0.1, 0.2, 0.8]), 4)), [1, 0, 0, 1]);
});

test("a pattern is known where it is drawn whole and alone in its square, and one pixel beside its centre", () => {
  for (const [kind, side] of [["square", 3], ["diamond", 5], ["target", 7]]) {
    const bits = new Uint8Array(400);
    for (const [down, right] of stamp(kind, side)) bits[(9 + down) * 20 + 9 + right] = 1;
    const places = [[9, 9], [10, 8], [11, 9], [0, 0]].map(([row, column]) => isKnownAt(bits, 20, row, column));
    assert.deepEqual(places, [true, true, false, false], kind);
    bits[9 * 20 + 9] ^= 1;
    assert.equal(isKnownAt(bits, 20, 9, 9), false, kind);
  }
});

test("shares are a point of the triangle and come back from it; outside they are those of the rim", () => {
  for (const shares of [[0.2, 0.5, 0.3], [1, 0, 0], [0, 0.25, 0.75]]) {
    sharesAt(pointOf(shares)).forEach((share, index) => assert.ok(Math.abs(share - shares[index]) < 1e-12));
    pointOf(shares.map((share) => 7 * share)).forEach((place, axis) =>
      assert.ok(Math.abs(place - pointOf(shares)[axis]) < 1e-12));
  }
  assert.deepEqual(pointOf([0, 0, 0]), pointOf([1, 1, 1]));
  for (const point of [[0, 0], [2, 0.5], [-1, 0.5], [1, 1]]) {
    const shares = sharesAt(point);
    assert.ok(shares.every((share) => share >= 0 && share <= 1) && shares.includes(0), `${point}: ${shares}`);
    assert.ok(Math.abs(shares.reduce((total, share) => total + share) - 1) < 1e-12);
  }
});

test("a stroke has no gaps and ends where the pointer is", () => {
  const pixels = line([2, 3], [5, 10]);
  assert.deepEqual(pixels.at(-1), [5, 10]);
  [[2, 3], ...pixels].reduce(([r, c], [row, column]) => {
    assert.ok(Math.max(Math.abs(row - r), Math.abs(column - c)) === 1);
    return [row, column];
  });
});

test("a peak is above one half and not below its neighbours; of equal ones the first counts", () => {
  const map = [0, 0.6, 0.6, 0, 0, 0, 0, 0, 0.4, 0, 0, 0, 0, 0, 0, 0.9];
  assert.deepEqual(peaks(map), [1, 15]);
});

test("a placed pattern is whole and takes away those that it covers", () => {
  const places = [[10, 10, 3], [10, 30, 7]];
  assert.deepEqual(placesAfter({ tool: "diamond", places }, [12, 13]), [[10, 30, 7], [12, 13, 5]]);
  assert.deepEqual(placesAfter({ tool: "target", places: [] }, [0, 39]), [[3, 36, 7]]);
  assert.deepEqual(placesAfter({ tool: "erase", places }, [12, 33]), [[10, 10, 3]]);
});

test("differences are told apart by whether the border can reach them", () => {
  const layer = { kernelSize: 5, first: { size: 1 }, second: { size: 3 } };
  assert.deepEqual(["zero", "circular"].map((padding) => frameOf(layer, { stride: 1, padding })), [2, 0]);
  const values = new Float64Array(36);
  [values[0], values[14], values[15], values[7]] = [NaN, -3, 1, 5];
  assert.deepEqual(largestDifferences(values, { height: 6, width: 6 }, 0, 0, 2), { inside: 3, frame: 5 });
  assert.deepEqual(largestDifferences(values, { height: 6, width: 6 }, 3, 0, 2), { inside: NaN, frame: 5 });
});
