// The before-and-after widget: two versions of one photograph, parted by a line that the reader moves.

import { intro, make, picture, slide } from "./js/elements.js";
import { onDrag, pixelAt } from "./js/hand.js";
import { clamp, isIndex, number, percent, range, sum } from "./js/numbers.js";
import { unpackBytes } from "./js/packing.js";
import { widget } from "./js/panel.js";

// The luma of 8-bit colours, 16 … 235.
const luma = (bytes) => range(bytes.length / 3).map((index) =>
  16 + (65.481 * bytes[3 * index] + 128.553 * bytes[3 * index + 1] + 24.966 * bytes[3 * index + 2]) / 255);

// In decibels; infinite for the same picture.
function psnr(bytes, truth) {
  const [first, second] = [luma(bytes), luma(truth)];
  return 10 * Math.log10(255 ** 2 / (sum(first.map((value, index) => (value - second[index]) ** 2)) / first.length));
}

function paintColours(canvas, bytes, height, width) {
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let index = 0; index < height * width; index++) {
    image.data.set(bytes.subarray(3 * index, 3 * index + 3), 4 * index);
    image.data[4 * index + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

function build(panel) {
  const names = panel.model.get("names");
  const [height, width] = panel.model.get("size");
  const pictures = panel.model.get("pixels").map(unpackBytes);
  const decibels = pictures.map((bytes) => psnr(bytes, pictures[0]));
  const quality = (index) => (index === 0 ? "" : `, ${number(decibels[index], 1)} dB`);

  const [under, over] = [picture("pixels"), picture("pixels over")];
  const line = make("div", { class: "line", "aria-hidden": "true" });
  const box = make("div", { class: "frame", style: `aspect-ratio: ${width} / ${height}` }, under, over, line);
  onDrag(box, (event) => panel.write({ split: clamp(pixelAt(box, event, 1, 100)[1], 0, 100) }));
  const slider = slide(panel.id("split"), "Place of the line", { max: 100 },
    (split) => panel.write({ split }));
  const versions = names.map((label, value) => ({ value, label }));

  function draw({ left, right, split }) {
    paintColours(under, pictures[right], height, width);
    paintColours(over, pictures[left], height, width);
    over.style.clipPath = `inset(0 ${100 - split}% 0 0)`;
    line.style.left = `${split}%`;
    slider.show(split, percent(split / 100));
    over.setAttribute("aria-label", `Left of the line: ${names[left]}`);
    under.setAttribute("aria-label", `Right of the line: ${names[right]}`);
  }

  return {
    children: [
      intro("Move the line. ", "On its left is one version of the photograph, on its right another."),
      box, slider.node, panel.choice("Left of the line", "left", versions),
      panel.choice("Right of the line", "right", versions), panel.summary, panel.foot(panel.reset())],
    draw,
    sentence: ({ left, right }) =>
      `Left: ${names[left]}${quality(left)}. Right: ${names[right]}${quality(right)}.`,
    toLink: ({ left, right, split }) => [left, right, split],
    fromLink: ([left, right, split, ...others]) => (others.length === 0 && isIndex(left, names.length) &&
      isIndex(right, names.length) && isIndex(split, 101) ? { left, right, split } : null),
    acda: { decibels: () => decibels },
  };
}

const CSS = `
.acda-before-after .frame { max-width: 440px; margin-bottom: 8px; cursor: ew-resize; touch-action: pan-y; }
.acda-before-after .line { position: absolute; inset: 0 auto 0 0; width: 4px; margin-left: -2px; background: #ffd400;
  border: 1px solid #111; border-width: 0 1px; pointer-events: none; }
.acda-before-after .slide { max-width: 440px; }
`;

export default widget({ title: "Before and after", className: "acda-before-after", css: CSS,
  linkText: "Link to this view", names: ["left", "right", "split"], build });
