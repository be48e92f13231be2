// Fields of numbers as pictures.

import { extremes, range } from "./numbers.js";

export const DIVERGING = ["#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
  "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"]; // negative · zero · positive, safe for colour-blind readers
export const SEQUENTIAL = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"];
export const GREY = ["#000000", "#ffffff"];

// 256 colours interpolated between the stops, each as the four bytes of one opaque pixel.
function palette(stops) {
  const channels = stops.map((stop) => [1, 3, 5].map((start) => parseInt(stop.slice(start, start + 2), 16)));
  return range(256).map((index) => {
    const position = (index / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(position), stops.length - 2);
    const [red, green, blue] = channels[left].map((value, channel) =>
      Math.round(value + (position - left) * (channels[left + 1][channel] - value)));
    return new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0];
  });
}

const PALETTES = new Map([DIVERGING, SEQUENTIAL, GREY].map((stops) => [stops, palette(stops)]));

// One canvas pixel a value, coloured from `low` to `high`; CSS enlarges it, so that it is sharp on every screen.
export function paint(canvas, values, low, high, stops, width = Math.sqrt(values.length)) {
  const height = values.length / width;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const colours = PALETTES.get(stops);
  const scale = 255 / (high - low || 1);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < values.length; index++) {
    pixels[index] = colours[Math.max(0, Math.min(255, Math.round((values[index] - low) * scale)))];
  }
  context.putImageData(image, 0, 0);
}

export function paintSigned(canvas, values) {
  const limit = Math.max(...extremes(values).map(Math.abs)) || 1;
  paint(canvas, values, -limit, limit, DIVERGING);
  return limit;
}
