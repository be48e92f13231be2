// What part of a pixel's filters lies on each scale, and whether that grows with the objects of a picture.

import { number, sum } from "./numbers.js";
import { unpackBytes } from "./packing.js";

const STEPS = 255; // of a rounded share

export const signed = (value) => (number(value) === "0.00" || value < 0 ? number(value) : `+${number(value)}`);

// The shares of each scale on the map, from bytes that are steps between a lowest and a highest share.
export function sharesOf({ shares, ranges, map: [height, width] }) {
  const bytes = unpackBytes(shares);
  return ranges.map(([low, high], scale) => Float64Array.from(
    bytes.subarray(scale * height * width, (scale + 1) * height * width),
    (byte) => low + (byte / STEPS) * (high - low)));
}

// The object that the middle of a pixel lies in, or whose centre lies in the pixel; of several the nearest.
export function objectAt({ objects, size, map }, row, column) {
  const step = size[0] / map[0];
  const distance = (one) => Math.hypot(one.row - (row + 0.5) * step, one.column - (column + 0.5) * step);
  const holdsCentre = (one) => Math.floor(one.row / step) === row && Math.floor(one.column / step) === column;
  const near = objects.filter((one) => distance(one) <= one.size / 2 || holdsCentre(one));
  return near.sort((one, other) => distance(one) - distance(other))[0];
}

// From 1/2 for the smallest; equal values share the mean of their ranks.
const ranks = (values) => values.map((value) =>
  sum(values.map((other) => (other < value ? 1 : other === value ? 0.5 : 0))));

// Spearman's: the correlation of the ranks; 0 where all are equal.
export function rankCorrelation(one, other) {
  const [first, second] = [one, other].map((values) => {
    const ranked = ranks(values);
    const mean = sum(ranked) / ranked.length;
    return ranked.map((rank) => rank - mean);
  });
  const dot = (left, right) => sum(left.map((value, index) => value * right[index]));
  const length = Math.sqrt(dot(first, first) * dot(second, second));
  return length ? dot(first, second) / length : 0;
}

function median(values) {
  const ordered = [...values].sort((one, other) => one - other);
  const middle = ordered.length >> 1;
  return ordered.length % 2 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}

// The thirds of the smallest and of the largest objects: their sizes from and to, and the median of their shares.
export function thirds(objects) {
  const ordered = [...objects].sort((one, other) => one.size - other.size);
  const count = Math.floor(ordered.length / 3);
  return [ordered.slice(0, count), ordered.slice(-count)].map((part) => ({
    from: part[0].size, to: part[count - 1].size, share: median(part.map(({ share }) => share)) }));
}

// What a picture says about the claim, in words, beside what unrelated numbers would say in 19 cases of 20.
export function verdict({ objects, rho, thirds: [small, large] }) {
  const chance = 1.96 / Math.sqrt(objects.length - 1);
  const finding = Math.abs(rho) <= chance
    ? "That may well be chance"
    : rho > 0
      ? "Here larger objects tend to have the larger share, as Figure 7 says"
      : "Here larger objects tend to have the smaller share, against Figure 7";
  return `Rank correlation of size and share in this picture: ${signed(rho)}, from ${objects.length} objects. ` +
    `${finding}: numbers that have nothing to do with each other stay within ±${number(chance)} in 19 cases of 20. ` +
    `The median share is ${number(small.share, 3)} at the smaller third of the objects and ` +
    `${number(large.share, 3)} at the larger third. ` +
    "One picture proves nothing; it takes many, and networks from several seeds.";
}
