// Random numbers that the Python face can draw too: acda_core.course.widgets.random.

// A number from 0 to 2^32 - 1 for each seed, stream and index, by mixing their bits.
export function mixed(seed, stream, index) {
  let bits = (Math.imul(seed, 0x9e3779b1) + Math.imul(stream, 0x85ebca6b) + Math.imul(index, 0xc2b2ae35)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b) >>> 0;
  return (bits ^ (bits >>> 16)) >>> 0;
}

// Evenly from 0 to 1.
export const uniform = (seed, stream, index) => (mixed(seed, stream, index) + 0.5) / 2 ** 32;

// From the normal distribution, by Box and Muller.
export function normal(seed, stream, index) {
  const [first, second] = [uniform(seed, stream, 2 * index), uniform(seed, stream, 2 * index + 1)];
  return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
}

// A whole number from 0 to count - 1.
export const integer = (seed, stream, index, count) => Math.floor((mixed(seed, stream, index) / 2 ** 32) * count);
