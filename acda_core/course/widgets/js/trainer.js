// A convolution and an ACDA layer that learn one map side by side, step by step. Nothing here knows of a page.

import { multiscaleBases } from "./bases.js";
import { range, sum } from "./numbers.js";
import { pack, unpack } from "./packing.js";
import { stamp } from "./patterns.js";
import { normal, uniform } from "./random.js";
import { acdaModel, convModel, descend, finish, leastError, lesson, study } from "./train.js";

export const MAP = 40; // pixels a side
export const KIND = { 3: "square", 5: "diamond", 7: "target" };
const KERNEL = 7;
const FAR = 1000; // times its first value: a loss that has run away
const REMEMBERED = 60; // steps, for their speed
const ARCHITECTURE = ["seed", "scales", "num_atoms", "num_bases", "first_size", "hidden_channels"];
const ABOUT = ["places", "noise", "seed", "scales", "num_bases"];
const PIXELS = range(KERNEL * KERNEL).map((tap) => range(KERNEL * KERNEL).map((at) => Number(at === tap)));

// The first weights, drawn as in PyTorch but from numbers that the Python face can draw too.
function firstWeights({ seed, scales, num_atoms: atoms, num_bases: bases, first_size: first, hidden_channels: width }) {
  const coefficients = bases * scales.length;
  const evenly = (stream, count, bound) =>
    Float64Array.from(range(count), (index) => bound * (2 * uniform(seed, stream, index) - 1));
  const normally = (stream, count, spread) =>
    Float64Array.from(range(count), (index) => spread * normal(seed, stream, index));
  return {
    conv: { weight: evenly(1, KERNEL * KERNEL, 1 / KERNEL), bias: evenly(2, 1, 1 / KERNEL) },
    acda: {
      weightA: normally(3, width * first * first, Math.SQRT2 / first),
      biasA: new Float64Array(width),
      weightB: normally(5, atoms * coefficients * width * 9, Math.sqrt(0.25 / coefficients / (9 * width))),
      biasB: normally(6, atoms * coefficients, Math.sqrt(0.75 / coefficients)),
      A: evenly(7, atoms, 1 / Math.sqrt(atoms)),
      bias: evenly(8, 1, 1 / Math.sqrt(atoms)),
    },
  };
}

// The map that is learnt, its target, and the places of the patterns in it.
function mapOf({ places, noise, seed }) {
  const image = new Float64Array(MAP * MAP);
  const target = new Float64Array(MAP * MAP);
  for (const [row, column, side] of places) {
    for (const [down, right] of stamp(KIND[side], side)) image[(row + down) * MAP + column + right] = 1;
    target[row * MAP + column] = 1;
  }
  image.forEach((_, index) => { image[index] += noise * normal(seed, 0, index); });
  return { image, target, centres: places.map(([row, column]) => row * MAP + column) };
}

const pick = (state, names) => JSON.stringify(names.map((name) => state[name]));

/** Both layers, what they learn, and how far they are. */
export class Trainer {
  layers = { conv: { model: convModel, word: "The convolution", about: null, loss: 0, output: null },
    acda: { model: acdaModel, word: "ACDA", about: null, loss: 0, output: null } };
  /** @type {Object<string, Object<string, Float64Array>>} */
  weights;
  /** @type {Object<string, Object<string, Float64Array>>} */
  velocities;
  losses = { conv: [], acda: [] };
  steps = 0;
  diverged = ""; // the word for a layer that has run away
  clock = []; // when the last steps ended
  /** @type {Float64Array} */
  image;
  /** @type {Float64Array} */
  target;
  /** @type {number[]} */
  centres;
  floor = 0; // the least error of any convolution
  #architecture = "";
  #about = "";
  #work = null; // a step that is under way

  constructor(state) {
    this.restart(state);
  }

  /** Weights, curves and velocities from the start. */
  restart(state) {
    this.#architecture = pick(state, ARCHITECTURE);
    this.weights = firstWeights(state);
    this.#forget(0);
  }

  #forget(steps) {
    this.velocities = Object.fromEntries(Object.entries(this.weights).map(([name, arrays]) =>
      [name, Object.fromEntries(Object.entries(arrays).map(([key, array]) => [key, new Float64Array(array.length)]))]));
    this.losses = { conv: [], acda: [] };
    this.steps = steps;
    this.diverged = "";
    this.clock = [];
    this.#work = null;
  }

  /** Whether these settings are of another architecture or other first weights. */
  isOutgrown(state) {
    return pick(state, ARCHITECTURE) !== this.#architecture;
  }

  /** Packed weights in the place of its own, after so many steps; others than these layers have are left. */
  take(text, steps) {
    const [numbers, arrays] = [unpack(text), this.#arrays()];
    if (numbers.length !== sum(arrays.map((array) => array.length))) return;
    let used = 0;
    for (const array of arrays) array.set(numbers.subarray(used, (used += array.length)));
    this.#forget(steps);
  }

  /** All that has come of the training, for another trainer to go on with: what `goOnFrom` takes. */
  snapshot() {
    const { weights, velocities, losses, steps, diverged, clock } = this;
    const answers = Object.fromEntries(Object.entries(this.layers).map(([name, { loss, output }]) =>
      [name, { loss, output }]));
    return { weights, velocities, losses, steps, diverged, clock, answers };
  }

  /** Go on where another trainer of the same settings stood. */
  goOnFrom({ answers, ...rest }) {
    Object.assign(this, rest);
    for (const [name, answer] of Object.entries(answers)) Object.assign(this.layers[name], answer);
    this.#work = null;
  }

  packed() {
    return pack(this.#arrays());
  }

  #arrays() {
    return Object.values(this.weights).flatMap((weights) => Object.values(weights));
  }

  /** Look at the map of this state. */
  look(state) {
    if (pick(state, ABOUT) === this.#about) return;
    this.#about = pick(state, ABOUT);
    Object.assign(this, mapOf(state));
    this.layers.conv.about = lesson(this.image, this.target, MAP, PIXELS);
    const bases = multiscaleBases(KERNEL, state.scales, state.num_bases);
    this.layers.acda.about = lesson(this.image, this.target, MAP, bases);
    this.floor = leastError(this.layers.conv.about);
  }

  // One step of both layers, in parts; it keeps to the weights and the map of its beginning.
  * #step({ rate, momentum }) {
    const { weights, velocities, losses } = this;
    const about = Object.fromEntries(Object.entries(this.layers).map(([name, layer]) => [name, layer.about]));
    for (const [name, layer] of Object.entries(this.layers)) {
      const { loss, gradients, output } = yield* study(layer.model, weights[name], about[name]);
      losses[name].push(loss);
      Object.assign(layer, { loss, output });
      if (!(loss <= FAR * Math.max(losses[name][0], 1e-9))) this.diverged = layer.word;
      descend(weights[name], velocities[name], gradients, rate, momentum);
    }
    this.steps++;
    this.clock = [...this.clock, performance.now()].slice(-REMEMBERED);
  }

  /** A part of a step, of one under way or of a new one that `begin` gives the settings for. */
  advance(begin) {
    this.#work ??= this.#step(begin());
    if (this.#work.next().done) this.#work = null;
  }

  get isAtWork() {
    return this.#work !== null;
  }

  /** The whole of a step, or the rest of one under way. */
  takeStep(begin) {
    finish(this.#work ?? this.#step(begin()));
    this.#work = null;
  }

  /** What the layers answer as they are, and its error; after a step the answer is that of before. */
  answer() {
    for (const [name, layer] of /** @type {[string, any][]} */ (Object.entries(this.layers))) {
      layer.output = layer.model.answer(this.weights[name], layer.about).output;
      layer.loss = sum(layer.output.map((value, index) => (value - this.target[index]) ** 2)) / layer.output.length;
    }
  }

  gradients(name) {
    /** @type {any} */
    const { model, about } = this.layers[name];
    return finish(study(model, this.weights[name], about)).gradients;
  }

  /** Steps a second. */
  speed() {
    const { clock } = this;
    return clock.length < 2 ? 0 : (1000 * (clock.length - 1)) / (clock[clock.length - 1] - clock[0]);
  }
}
