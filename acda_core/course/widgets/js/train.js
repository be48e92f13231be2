// Training a convolution and an ACDA layer of one channel in and out, with the numbers of PyTorch: the squared error's
// mean over a map, its gradients, SGD with momentum. Weights are in PyTorch's order.
//
// With one channel, Eqs. (5) and (6) are Z = Σ_k β_k s_k: s_k is the map seen through basis k, which no weight changes,
// and β_k = Σ_b A_b α_bk. So A is folded into Phi's last convolution, and no atom has to be formed.

import { convolve, correlateThree, extend } from "./layer.js";
import { range, sum } from "./numbers.js";

// The gradient of `correlateThree`'s weight, from the gradient of what it gave.
function weightGradient(from, inputs, upstream, outputs, n) {
  const wide = n + 2;
  const gradient = new Float64Array(9 * outputs * inputs);
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < inputs; c++) {
      let [g0, g1, g2, g3, g4, g5, g6, g7, g8] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
      for (let i = 0; i < n; i++) {
        let [a, q] = [(c * wide + i) * wide, (o * n + i) * n];
        let [x0, x1, x3] = [from[a], from[a + 1], from[a + wide]];
        let [x4, x6, x7] = [from[a + wide + 1], from[a + 2 * wide], from[a + 2 * wide + 1]];
        for (const end = q + n; q < end; q++, a++) {
          const up = upstream[q];
          const x2 = from[a + 2];
          const x5 = from[a + wide + 2];
          const x8 = from[a + 2 * wide + 2];
          g0 += up * x0;
          g1 += up * x1;
          g2 += up * x2;
          g3 += up * x3;
          g4 += up * x4;
          g5 += up * x5;
          g6 += up * x6;
          g7 += up * x7;
          g8 += up * x8;
          x0 = x1;
          x1 = x2;
          x3 = x4;
          x4 = x5;
          x6 = x7;
          x7 = x8;
        }
      }
      gradient.set([g0, g1, g2, g3, g4, g5, g6, g7, g8], 9 * (o * inputs + c));
    }
  }
  return gradient;
}

// (outputs, inputs, 3, 3) as the weight that carries gradients back: turned by half a turn, channels exchanged.
function turned(weight, outputs, inputs) {
  const back = new Float64Array(weight.length);
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < inputs; c++) {
      for (let tap = 0; tap < 9; tap++) back[9 * (c * outputs + o) + tap] = weight[9 * (o * inputs + c) + 8 - tap];
    }
  }
  return back;
}

// Planes (channels, n, n) with zeros around them.
function framed(values, channels, n, margin) {
  const wide = n + 2 * margin;
  const field = new Float64Array(channels * wide * wide);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < n; i++) {
      field.set(values.subarray((c * n + i) * n, (c * n + i + 1) * n), (c * wide + i + margin) * wide + margin);
    }
  }
  return field;
}

const planeSums = (values, channels, area) =>
  Float64Array.from(range(channels), (c) => sum(values.subarray(c * area, (c + 1) * area)));

// What training needs of a map (n × n): its target, the map in a frame, and the map through each of the filters.
export function lesson(image, target, n, filters) {
  const size = Math.sqrt(filters[0].length);
  const extended = extend({ channels: 1, height: n, width: n, values: image }, size >> 1, "zero");
  const views = filters.map((weight) => convolve(extended, { weight, bias: [0], size }).values);
  return { n, target, framed: framed(image, 1, n, 2), views };
}

// A convolution as the sum of 49 views of the map, each through one pixel of its kernel: weights { weight, bias }.
export const convModel = {
  answer({ weight, bias }, { views, n }) {
    const output = new Float64Array(n * n).fill(bias[0]);
    views.forEach((view, k) => { for (let p = 0; p < output.length; p++) output[p] += weight[k] * view[p]; });
    return { output };
  },
  * gradients(_, { views }, upstream) {
    const weight = views.map((view) => sum(view.map((value, p) => value * upstream[p])));
    return { weight: Float64Array.from(weight), bias: Float64Array.of(sum(upstream)) };
  },
};

// An ACDA layer: weights { weightA, biasA, weightB, biasB, A, bias }, Phi's two convolutions with 1×1 or 3×3 and 3×3
// pixels among them; the views are through the bases.
export const acdaModel = {
  answer({ weightA, biasA, weightB, biasB, A, bias }, { framed: map, views, n }) {
    const [wide, bases] = [n + 2, views.length];
    const mixed = { weight: new Float64Array(weightB.length / A.length), bias: new Float64Array(bases) };
    A.forEach((factor, b) => {
      mixed.weight.forEach((_, tap) => { mixed.weight[tap] += factor * weightB[b * mixed.weight.length + tap]; });
      mixed.bias.forEach((_, k) => { mixed.bias[k] += factor * biasB[b * bases + k]; });
    });
    const hidden = new Float64Array(biasA.length * wide * wide);
    biasA.forEach((value, c) => hidden.fill(value, c * wide * wide, (c + 1) * wide * wide));
    correlateThree(map, 1, asThree(weightA, biasA.length), hidden, biasA.length, wide, wide);
    for (let p = 0; p < hidden.length; p++) if (hidden[p] < 0) hidden[p] = 0;
    const beta = new Float64Array(bases * n * n);
    mixed.bias.forEach((value, k) => beta.fill(value, k * n * n, (k + 1) * n * n));
    correlateThree(hidden, biasA.length, mixed.weight, beta, bases, n, n);
    const output = new Float64Array(n * n).fill(bias[0]);
    views.forEach((view, k) => { for (let p = 0; p < output.length; p++) output[p] += beta[k * n * n + p] * view[p]; });
    return { output, hidden, beta, mixed };
  },
  * gradients({ weightA, biasA, weightB, biasB, A }, { framed: map, views, n }, upstream, { hidden, mixed }) {
    const [wide, bases, width] = [n + 2, views.length, biasA.length];
    const betaBack = new Float64Array(bases * n * n);
    views.forEach((view, k) => view.forEach((value, p) => { betaBack[k * n * n + p] = value * upstream[p]; }));
    const mixedWeight = weightGradient(hidden, width, betaBack, bases, n);
    const mixedBias = planeSums(betaBack, bases, n * n);
    yield;
    const hiddenBack = new Float64Array(hidden.length);
    correlateThree(framed(betaBack, bases, n, 2), bases, turned(mixed.weight, bases, width), hiddenBack, width, wide,
      wide);
    for (let p = 0; p < hidden.length; p++) if (hidden[p] === 0) hiddenBack[p] = 0;
    const weightThree = weightGradient(map, 1, hiddenBack, width, wide);
    const dot = (gradient, values, b) =>
      gradient.reduce((total, value, index) => total + value * values[b * gradient.length + index], 0);
    return {
      weightA: weightA.length === width ? weightThree.filter((_, tap) => tap % 9 === 4) : weightThree,
      biasA: planeSums(hiddenBack, width, wide * wide),
      weightB: weightB.map((_, index) =>
        A[Math.floor(index / mixedWeight.length)] * mixedWeight[index % mixedWeight.length]),
      biasB: biasB.map((_, index) => A[Math.floor(index / bases)] * mixedBias[index % bases]),
      A: A.map((_, b) => dot(mixedWeight, weightB, b) + dot(mixedBias, biasB, b)),
      bias: Float64Array.of(sum(upstream)),
    };
  },
};

// 1×1 kernels as 3×3 ones with zeros around; 3×3 ones as they are.
const asThree = (weight, count) => (weight.length !== count ? weight
  : Float64Array.from(range(9 * count), (index) => (index % 9 === 4 ? weight[Math.floor(index / 9)] : 0)));

// The mean squared error, its gradients by the names of the weights, and the answer that they belong to. It is computed
// in a few parts, so that the page can answer between them.
export function* study(model, weights, about) {
  const seen = model.answer(weights, about);
  yield;
  const area = about.n * about.n;
  const error = seen.output.map((value, p) => value - about.target[p]);
  const gradients = yield* model.gradients(weights, about, error.map((value) => (2 * value) / area), seen);
  return { loss: sum(error.map((value) => value * value)) / area, gradients, output: seen.output };
}

// All parts of a computation at once.
export function finish(parts) {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
  }
}

// One step of SGD with momentum, in place, as torch.optim.SGD takes it.
export function descend(weights, velocities, gradients, rate, momentum) {
  for (const [name, gradient] of Object.entries(gradients)) {
    const [values, velocity] = [weights[name], velocities[name]];
    for (let index = 0; index < gradient.length; index++) {
      velocity[index] = momentum * velocity[index] + gradient[index];
      values[index] -= rate * velocity[index];
    }
  }
}

// The least mean squared error that any convolution of the map's views can reach: the normal equations of its weights
// and bias, by elimination. A pivot that rounding has left is no direction of its own and is passed over.
export function leastError({ n, target, views }) {
  const columns = [...views, new Float64Array(n * n).fill(1), target];
  const dot = (first, second) => {
    let total = 0;
    for (let p = 0; p < first.length; p++) total += first[p] * second[p];
    return total;
  };
  const matrix = columns.map((first) => Float64Array.from(columns, (second) => dot(first, second)));
  const last = columns.length - 1;
  for (let k = 0; k < last; k++) {
    if (matrix[k][k] < 1e-10 * dot(columns[k], columns[k]) || matrix[k][k] === 0) continue;
    for (let row = k + 1; row <= last; row++) {
      const factor = matrix[row][k] / matrix[k][k];
      for (let column = k; column <= last; column++) matrix[row][column] -= factor * matrix[k][column];
    }
  }
  return Math.max(0, matrix[last][last]) / (n * n);
}
