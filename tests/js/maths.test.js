// The pure files of the widgets against what Python computes.

import assert from "node:assert/strict";
import test from "node:test";

import { composeAtom, ELEMENTS, multiscaleBases } from "../../acda_core/course/widgets/js/bases.js";
import { unpackLayers } from "../../acda_core/course/widgets/js/detection.js";
import { costsOf } from "../../acda_core/course/widgets/js/costs.js";
import { acdaLayer, convolve } from "../../acda_core/course/widgets/js/layer.js";
import { makePull } from "../../acda_core/course/widgets/js/nearest.js";
import { range, sum } from "../../acda_core/course/widgets/js/numbers.js";
import { pack, taker, unpack, unpackBytes, unpackPhotograph, unpackRounded }
  from "../../acda_core/course/widgets/js/packing.js";
import { likeness, lookThrough, noisePassed, noisyOf, outputOf, patchOf }
  from "../../acda_core/course/widgets/js/pixel.js";
import { stamp } from "../../acda_core/course/widgets/js/patterns.js";
import { integer, normal, uniform } from "../../acda_core/course/widgets/js/random.js";
import { darkened, OPERATORS, taps } from "../../acda_core/course/widgets/js/seven.js";
import { rankCorrelation } from "../../acda_core/course/widgets/js/shares.js";
import { finish, leastError, lesson, study } from "../../acda_core/course/widgets/js/train.js";
import { Trainer } from "../../acda_core/course/widgets/js/trainer.js";
import { bothWays } from "../../acda_core/course/widgets/js/ways.js";
import { assertClose, oracle } from "./oracle.js";

test("the bases are those of the package, element by element", () => {
  const names = ELEMENTS.map(({ k, q, angular }) => [k, q, angular === "none" ? "cos" : angular]);
  assert.deepEqual(names, oracle.bases.indices);
  for (const [size, psi] of Object.entries(oracle.bases.psi)) {
    assertClose(multiscaleBases(Number(size)).flat(), psi, 1e-12, `psi of ${size}`);
  }
});

test("an atom is the weighted sum of its bases", () => {
  const bases = multiscaleBases(5);
  const atom = composeAtom(bases.map((_, k) => Number(k === 3) - 2 * Number(k === 7)), bases);
  assertClose(atom, bases[3].map((value, tap) => value - 2 * bases[7][tap]), 1e-15);
});

test("a pulled pixel has its new value, and no atom with that value is nearer to the old one", () => {
  for (const size of [3, 5, 7, 9]) {
    const bases = multiscaleBases(size);
    const pull = makePull(bases);
    const old = bases.map((_, k) => Math.cos(3 * k));
    const before = composeAtom(old, bases);
    for (const pixel of [size >> 1, (size * size) >> 1, size + 1]) {
      const atom = composeAtom(pull(old, pixel, 0.7), bases);
      assertClose([atom[pixel]], [0.7], 1e-9);
      const change = atom.map((value, index) => value - before[index]);
      // no direction in which that pixel stands still brings the atom nearer: the change is at right angles to all
      const fixed = bases[0].map((value) => value / bases[0][pixel]);
      for (const basis of bases.slice(1)) {
        const still = basis.map((value, index) => value - basis[pixel] * fixed[index]);
        if (bases[0][pixel] === 0) continue;
        assertClose([sum(still.map((value, index) => value * change[index]))], [0], 1e-9, `${size}, ${pixel}`);
      }
    }
    assert.equal(pull(old, 0, 1) === null, bases.every((basis) => basis[0] === 0));
  }
});

test("a 3×3 convolution is the sum of its definition, at any size, stride and number of channels", () => {
  const [channels, height, width, outputs] = [3, 7, 5, 2];
  const values = Float64Array.from(range(channels * height * width), (index) => normal(4, 0, index));
  const weight = range(outputs * channels * 9).map((index) => normal(4, 1, index));
  for (const stride of [1, 2]) {
    const found = convolve({ channels, height, width, values }, { weight, bias: [0.5, -1], size: 3 }, stride);
    assert.deepEqual([found.channels, found.height, found.width], stride === 1 ? [2, 5, 3] : [2, 3, 2]);
    const expected = range(found.values.length).map((index) => {
      const [o, i, j] = [Math.floor(index / found.height / found.width), Math.floor(index / found.width) % found.height,
        index % found.width];
      return [0.5, -1][o] + sum(range(channels * 9).map((tap) => {
        const [c, u, v] = [Math.floor(tap / 9), Math.floor(tap / 3) % 3, tap % 3];
        return weight[o * channels * 9 + tap] * values[(c * height + i * stride + u) * width + j * stride + v];
      }));
    });
    assertClose(found.values, expected, 1e-13, `stride ${stride}`);
  }
});

test("noise of a reader's picture has its strength, and stays between black and white", () => {
  const noisy = noisyOf(new Float64Array(20000).fill(0.5), 0.1);
  const deviation = Math.sqrt(sum(Array.from(noisy, (value) => (value - 0.5) ** 2)) / noisy.length);
  assert.ok(Math.abs(deviation - 0.1) < 0.002, `${deviation}`);
  assert.ok(noisyOf(Float64Array.of(0, 1, 0, 1), 3).every((value) => value >= 0 && value <= 1));
});

test("random numbers have the bits of those of Python", () => {
  for (const { seed, stream, uniform: even, normal: normals, integer: integers } of oracle.draws) {
    const drawn = (draw) => range(even.length).map((index) => draw(seed, stream, index, 201));
    assert.deepEqual(drawn(uniform), even);
    assert.deepEqual(drawn(integer), integers);
    assertClose(drawn(normal), normals, 1e-15, "normal");
  }
});

test("a stamp draws what the pattern of Python draws", () => {
  for (const [kind, sides] of Object.entries(oracle.stamps)) {
    for (const [side, expected] of Object.entries(sides)) {
      const reach = side >> 1;
      const drawn = new Array(side * side).fill(0);
      for (const [row, column] of stamp(kind, Number(side))) drawn[(row + reach) * side + column + reach] = 1;
      assert.deepEqual(drawn, expected, `${kind} of ${side}`);
    }
  }
});

test("packed numbers, rounded weights and photographs come out as they went in", () => {
  const { numbers, rounded, photograph } = oracle.packing;
  assert.deepEqual(Array.from(unpack(numbers.text)), numbers.values);
  assert.equal(pack([numbers.values.slice(0, 5), numbers.values.slice(5)]), numbers.text);
  const take = taker(numbers.text);
  assert.deepEqual([...take(3), ...take(2)], numbers.values.slice(0, 5));
  assertClose(unpackRounded(rounded.text, rounded.unit), rounded.values, 1e-15, "rounded");
  assert.deepEqual(Array.from(unpackPhotograph(photograph.text)), photograph.values);
});

test("an ACDA layer answers as the package's, at either stride and padding", () => {
  for (const { size, stride, padding, x, parameters, output } of oracle.layers) {
    const [firstWeight, firstBias, secondWeight, secondBias, weight, bias] = parameters;
    const layer = { kernelSize: size, bases: multiscaleBases(size),
      first: { weight: firstWeight, bias: firstBias, size: 1 },
      second: { weight: secondWeight, bias: secondBias, size: 3 }, last: { weight, bias, size: 1 } };
    const field = { channels: 2, height: 8, width: 8, values: x };
    assertClose(acdaLayer(layer, field, field, stride, padding).output.values, output, 1e-12, `${size}, ${padding}`);
  }
});

// The layer of the front page and what it looks at, as the page unpacks them.
function frontPage({ sizes: { height, width, ...sizes }, weights, large_weights: large, noisy }) {
  const values = Float64Array.from(unpackBytes(noisy), (level) => level / 255);
  return { layer: unpackLayers(sizes, weights, large),
    image: { channels: 1, height: height + 6, width: width + 6, values } };
}

test("a pixel of the front page has ACDAConv2d's alpha, atoms, filter and output to 1e-5, from its 49 pixels", () => {
  const { layer, image } = frontPage(oracle.hero.state);
  const near = (found, expected, what) => found.forEach((value, index) =>
    assert.ok(Math.abs(value - expected[index]) <= 1e-5, `${what}[${index}]: ${value}, expected ${expected[index]}`));
  for (const { row, column, alpha, atoms, filter, output } of oracle.hero.pixels) {
    const found = lookThrough(layer, image, row, column);
    assert.deepEqual([found.alpha.flat().length, found.atoms.flat().length, found.filter.length], [108, 294, 49]);
    near(found.alpha.flat(), alpha, `alpha at ${row}, ${column}`);
    near(found.atoms.flat(), atoms, `atoms at ${row}, ${column}`);
    near(found.filter, filter, `filter at ${row}, ${column}`);
    near([found.output], [output], `output at ${row}, ${column}`);
  }
  near(outputOf(layer, image), oracle.hero.output, "output");
  assert.equal(oracle.hero.output.length, 64 * 96);
});

test("a pixel of the front page is computed from its 49 pixels, each read once", () => {
  const { layer, image } = frontPage(oracle.hero.state);
  const read = [];
  const subarray = (from, end) => {
    read.push(...range(end - from).map((step) => from + step));
    return image.values.subarray(from, end);
  };
  lookThrough(layer, { ...image, values: { subarray } }, 5, 9);
  assert.deepEqual(read, range(49).map((tap) => (5 + Math.floor(tap / 7)) * image.width + 9 + (tap % 7)));
});

test("a patch is cut out, and filters are compared by their shapes", () => {
  const field = { channels: 1, height: 4, width: 5, values: Float64Array.from(range(20)) };
  assert.deepEqual(Array.from(patchOf(field, 1, 2, 3).values), [7, 8, 9, 12, 13, 14, 17, 18, 19]);
  assertClose([noisePassed([1, -2, 0.5]), likeness([1, 2], [2, 4]), likeness([1, 0], [0, 3])], [5.25, 1, 0], 1e-15);
});

test("the filters of seven operators are those of Python, on the photograph as it is and darkened", () => {
  const { layer, image } = frontPage(oracle.operators.state);
  for (const { dark, row, column, filters, taps: places } of oracle.operators.pixels) {
    const scene = { layer, image: dark ? darkened(image) : image };
    assert.deepEqual(Object.keys(OPERATORS), Object.keys(filters));
    for (const [name, expected] of Object.entries(filters)) {
      assertClose(OPERATORS[name].filters(scene, row, column).flatMap((one) => Array.from(one)), expected.flat(), 1e-9,
        `${name} at ${row}, ${column}`);
    }
    assertClose(taps(scene, row, column).flat(), places.flat(), 1e-12, "taps");
  }
});

test("a filter changes with the pixels that are marked as deciding it, and with no others", () => {
  const { layer, image } = frontPage(oracle.operators.state);
  const text = (name, values, place) => OPERATORS[name].filters({ layer, image: { ...image, values } }, ...place)
    .map((one) => Array.from(one)).join();
  const changes = (name, [row, column], down, right) => {
    const other = image.values.slice();
    other[(row + 3 + down) * image.width + column + 3 + right] -= 0.5;
    return text(name, other, [row, column]) !== text(name, image.values, [row, column]);
  };
  const places = [[30, 40], [12, 33], [50, 20], [20, 70]]; // a trained Φ may be blind to a corner of one
  for (const [name, { seen }] of Object.entries(OPERATORS)) {
    for (const distance of range(6)) {
      for (const [down, right] of [[distance, 0], [0, -distance], [-distance, distance]]) {
        assert.equal(places.some((place) => changes(name, place, down, right)), distance <= (seen - 1) / 2,
          `${name}, ${down}, ${right}`);
      }
    }
  }
});

test("costs are those of the package at any setting, exactly", () => {
  for (const { state, forms } of oracle.costs) {
    const found = costsOf(state);
    for (const [form, numbers] of Object.entries(forms)) assert.deepEqual(found[form], numbers);
  }
});

test("a rank correlation is that of the package, with ties too", () => {
  for (const { one, other, rho } of oracle.correlations) assertClose([rankCorrelation(one, other)], [rho], 1e-12);
});

test("both ways to a pixel of an adaptive convolution give the same number", () => {
  const state = { in_channels: 5, out_channels: 7, num_atoms: 4, kernel_size: 7, height: 9, width: 14, seed: 3 };
  for (const [row, column, channel] of [[0, 13, 6], [8, 0, 3], [4, 7, 0]]) {
    const { filters, atomsFirst } = bothWays({ ...state, row, column, channel });
    assert.ok(Math.abs(filters) > 1e-3);
    assertClose([filters], [atomsFirst], 1e-12);
  }
});

for (const [name, { state, image, target, answers, gradients, losses, weights }] of Object.entries(oracle.training)) {
  test(`two layers learn the map as in PyTorch: ${name}`, () => {
    const trainer = new Trainer(state);
    trainer.look(state);
    trainer.answer();
    assertClose(trainer.image, image, 1e-12, "image");
    assert.deepEqual(Array.from(trainer.target), target);
    for (const layer of ["conv", "acda"]) assertClose(trainer.layers[layer].output, answers[layer], 1e-11, layer);
    const inOrder = (of) => ["conv", "acda"].flatMap((layer) => Object.values(of(layer)));
    inOrder((layer) => trainer.gradients(layer)).forEach((gradient, index) =>
      assertClose(gradient, gradients[index], 1e-9, `gradient ${index}`));
    for (let step = 0; step < losses.conv.length; step++) trainer.takeStep(() => state);
    for (const layer of ["conv", "acda"]) {
      trainer.losses[layer].forEach((loss, step) =>
        assertClose([loss], [losses[layer][step]], 1e-8, `${layer} ${step}`));
    }
    inOrder((layer) => trainer.weights[layer]).forEach((found, index) =>
      assertClose(found, weights[index], 1e-7, `weight ${index}`));
  });
}

test("the least error of a convolution is no larger than that of any, and reached where gradients vanish", () => {
  const image = Float64Array.from(range(100), (index) => normal(1, 0, index));
  const target = Float64Array.from(range(100), (index) => normal(1, 1, index));
  const pixels = range(9).map((tap) => range(9).map((at) => Number(at === tap)));
  const about = lesson(image, target, 10, pixels);
  const model = { answer: () => ({ output: new Float64Array(100) }), * gradients() { return {}; } };
  const nothing = finish(study(model, {}, about)).loss;
  assertClose([nothing], [sum(target.map((value) => value * value)) / 100], 1e-14);
  assert.ok(leastError(about) < nothing);
  const exact = lesson(image, about.views[4].map((value, p) => 2 * value - about.views[0][p] + 3), 10, pixels);
  assert.ok(leastError(exact) < 1e-12);
});

test("a trainer goes on from another one's snapshot as that would have", () => {
  const { state } = oracle.training.start;
  const [one, other] = [new Trainer(state), new Trainer(state)];
  for (const trainer of [one, other]) trainer.look(state);
  for (let step = 0; step < 3; step++) one.takeStep(() => state);
  other.goOnFrom(structuredClone(one.snapshot()));
  assert.equal(other.packed(), one.packed());
  for (const trainer of [one, other]) for (let step = 0; step < 3; step++) trainer.takeStep(() => state);
  assert.deepEqual(other.losses, one.losses);
  assert.equal(other.steps, 6);
  assert.equal(other.packed(), one.packed());
});

test("a step is taken in parts between which the page can answer", () => {
  const { state } = oracle.training.start;
  const [whole, parted] = [new Trainer(state), new Trainer(state)];
  for (const trainer of [whole, parted]) trainer.look(state);
  whole.takeStep(() => state);
  let parts = 0;
  do {
    parted.advance(() => state);
    parts++;
  } while (parted.isAtWork);
  assert.ok(parts >= 4);
  assert.equal(parted.steps, 1);
  assert.equal(parted.packed(), whole.packed());
});
