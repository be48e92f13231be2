// Numbers that travel between Python and the browser as text, by acda_core.course.widgets.packing.

const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

// Bytes, one a number.
export const unpackBytes = bytesOf;

// Float32, the first bytes of all numbers, then the second ones, …: bytes of one kind together are told more briefly.
export function unpack(text) {
  const planes = bytesOf(text);
  const bytes = planes.map((_, index) => planes[(index % 4) * (planes.length / 4) + (index >> 2)]);
  return new Float32Array(bytes.buffer);
}

export function pack(arrays) {
  const bytes = new Uint8Array(Float32Array.from(arrays.flatMap((array) => Array.from(array))).buffer);
  const count = bytes.length / 4;
  return btoa(Array.from(bytes, (_, index) =>
    String.fromCharCode(bytes[4 * (index % count) + Math.floor(index / count)])).join(""));
}

// Weights of 8 bits, in units of `scale`.
export const unpackRounded = (text, scale) =>
  Float64Array.from(new Int8Array(bytesOf(text).buffer), (value) => value * scale);

// The packed numbers one after another: call with how many to take.
export function taker(text) {
  const numbers = Float64Array.from(unpack(text));
  let used = 0;
  return (count) => numbers.subarray(used, (used += count));
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The grey levels of a photograph, 0 to 63: of each pixel the step from the one before, modulo 64, as one digit.
export function unpackPhotograph(text) {
  let level = 0;
  return Float64Array.from(text, (digit) => {
    level = (level + DIGITS.indexOf(digit)) % 64;
    return level;
  });
}
