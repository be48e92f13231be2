// A small ACDA layer, with the numbers of acda_core.ACDAConv2d and its AtomGenerator without normalisation.
// Fields are planes: { channels, height, width, values }, the value of channel c at row i and column j in
// values[(c * height + i) * width + j].

// The field with `margin` pixels around it: zeros, or the opposite side of the picture ("circular").
export function extend({ channels, height, width, values }, margin, padding) {
  const [tall, wide] = [height + 2 * margin, width + 2 * margin];
  const extended = new Float64Array(channels * tall * wide);
  const wrap = (index, size) => ((index % size) + size) % size;
  for (let i = 0; i < tall; i++) {
    for (let j = 0; j < wide; j++) {
      let [row, column] = [i - margin, j - margin];
      if (padding === "circular") [row, column] = [wrap(row, height), wrap(column, width)];
      else if (row < 0 || row >= height || column < 0 || column >= width) continue;
      for (let c = 0; c < channels; c++) {
        extended[(c * tall + i) * wide + j] = values[(c * height + row) * width + column];
      }
    }
  }
  return { channels, height: tall, width: wide, values: extended };
}

// to[o] += Σ_c weight[o, c] ⋆ from[c]: 3×3 without padding, from (inputs, height + 2, width + 2) to (outputs, height,
// width). The nine pixels move on by one: three of them are new.
export function correlateThree(from, inputs, weight, to, outputs, height, width) {
  const wide = width + 2;
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < inputs; c++) {
      const at = 9 * (o * inputs + c);
      const [w0, w1, w2] = [weight[at], weight[at + 1], weight[at + 2]];
      const [w3, w4, w5] = [weight[at + 3], weight[at + 4], weight[at + 5]];
      const [w6, w7, w8] = [weight[at + 6], weight[at + 7], weight[at + 8]];
      for (let i = 0; i < height; i++) {
        let [a, q] = [(c * (height + 2) + i) * wide, (o * height + i) * width];
        let [x0, x1, x3] = [from[a], from[a + 1], from[a + wide]];
        let [x4, x6, x7] = [from[a + wide + 1], from[a + 2 * wide], from[a + 2 * wide + 1]];
        for (const end = q + width; q < end; q++, a++) {
          const x2 = from[a + 2];
          const x5 = from[a + wide + 2];
          const x8 = from[a + 2 * wide + 2];
          to[q] += w0 * x0 + w1 * x1 + w2 * x2 + w3 * x3 + w4 * x4 + w5 * x5 + w6 * x6 + w7 * x7 + w8 * x8;
          x0 = x1;
          x1 = x2;
          x3 = x4;
          x4 = x5;
          x6 = x7;
          x7 = x8;
        }
      }
    }
  }
}

// A convolution without padding: weight[((o * inputs + c) * size + u) * size + v] and bias[o].
export function convolve(field, { weight, bias, size }, stride = 1) {
  const channels = bias.length;
  const height = Math.floor((field.height - size) / stride) + 1;
  const width = Math.floor((field.width - size) / stride) + 1;
  const values = new Float64Array(channels * height * width);
  for (let o = 0; o < channels; o++) values.fill(bias[o], o * height * width, (o + 1) * height * width);
  if (size === 3 && stride === 1) {
    correlateThree(field.values, field.channels, weight, values, channels, height, width);
    return { channels, height, width, values };
  }
  for (let o = 0; o < channels; o++) {
    for (let tap = 0; tap < field.channels * size * size; tap++) {
      const [c, u, v] = [Math.floor(tap / (size * size)), Math.floor(tap / size) % size, tap % size];
      const factor = weight[o * field.channels * size * size + tap];
      if (factor === 0) continue; // of a small scale's basis
      for (let i = 0; i < height; i++) {
        let from = (c * field.height + i * stride + u) * field.width + v;
        let to = (o * height + i) * width;
        for (let j = 0; j < width; j++, to++, from += stride) values[to] += factor * field.values[from];
      }
    }
  }
  return { channels, height, width, values };
}

// alpha, (m * S m') planes on the output grid, from the features that the generator looks at.
export function generate({ first, second }, context, stride, padding) {
  const margin = (first.size >> 1) + stride * (second.size >> 1);
  const hidden = convolve(extend(context, margin, padding), first, stride);
  hidden.values.forEach((value, index) => { if (value < 0) hidden.values[index] = 0; });
  return convolve(hidden, second);
}

// D = alpha psi: (m * l * l) planes.
function composeAtoms({ height, width, values, channels }, bases) {
  const [pixels, taps, atoms] = [height * width, bases[0].length, channels / bases.length];
  const composed = new Float64Array(atoms * taps * pixels);
  for (let m = 0; m < atoms; m++) {
    for (let k = 0; k < bases.length; k++) {
      const from = (m * bases.length + k) * pixels;
      for (let tap = 0; tap < taps; tap++) {
        const weight = bases[k][tap];
        const to = (m * taps + tap) * pixels;
        if (weight !== 0) for (let p = 0; p < pixels; p++) composed[to + p] += weight * values[from + p];
      }
    }
  }
  return { channels: atoms * taps, height, width, values: composed };
}

// Z_tilde, Eq. (5): channel i * m + b holds input channel i seen through atom b of each pixel.
function atomConvolve(x, atoms, size, stride, padding) {
  const { height, width } = atoms;
  const [taps, wide] = [size * size, x.width + 2 * (size >> 1)];
  const extended = extend(x, size >> 1, padding);
  const perPixel = atoms.channels / taps;
  const values = new Float64Array(x.channels * perPixel * height * width);
  for (let channel = 0; channel < x.channels * perPixel; channel++) {
    const [c, m] = [Math.floor(channel / perPixel), channel % perPixel];
    for (let tap = 0; tap < taps; tap++) {
      const [u, v] = [Math.floor(tap / size), tap % size];
      for (let i = 0; i < height; i++) {
        let from = (c * extended.height + i * stride + u) * wide + v;
        let atom = ((m * taps + tap) * height + i) * width;
        let to = (channel * height + i) * width;
        for (let j = 0; j < width; j++, to++, atom++, from += stride) {
          values[to] += atoms.values[atom] * extended.values[from];
        }
      }
    }
  }
  return { channels: x.channels * perPixel, height, width, values };
}

// The whole layer at "same" size over the stride. layer: { kernelSize, bases, first, second, last }; `last` holds A
// and the bias as a 1 x 1 convolution of Z_tilde. Returns alpha, the atoms and the output Z.
export function acdaLayer(layer, x, context, stride, padding) {
  const alpha = generate(layer, context, stride, padding);
  const atoms = composeAtoms(alpha, layer.bases);
  const output = convolve(atomConvolve(x, atoms, layer.kernelSize, stride, padding), layer.last);
  return { alpha, atoms, output };
}
