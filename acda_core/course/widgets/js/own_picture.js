// A reader's own picture: turned as it was taken, made small, in grey. It never leaves the page.

import { button, make } from "./elements.js";

/**
 * The grey levels of a file's picture, 0 to 1, cut to height × width pixels; null where it holds none.
 * @param {File} file
 * @param {number[]} size
 */
async function greyOf(file, [height, width]) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  const scale = Math.max(width / picture.width, height / picture.height);
  const [wide, tall] = [scale * picture.width, scale * picture.height];
  const context = make("canvas", { width, height }).getContext("2d");
  context.fillStyle = "#fff"; // behind what is transparent
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, (width - wide) / 2, (height - tall) / 2, wide, tall);
  picture.close();
  const { data } = context.getImageData(0, 0, width, height);
  return Float64Array.from({ length: height * width }, (_, index) =>
    (0.299 * data[4 * index] + 0.587 * data[4 * index + 1] + 0.114 * data[4 * index + 2]) / 255);
}

/**
 * A field for a picture of so many rows and columns; `take` gets its grey levels, or null for the first picture.
 * @param {any} panel
 * @param {number[]} size
 * @param {(levels: Float64Array | null) => void} take
 */
export function ownPicture(panel, size, take) {
  const said = make("span", { class: "told", "aria-live": "polite" });
  const input = make("input", { type: "file", accept: "image/*", "aria-label": "Your own picture", onchange: choose });
  const back = button("Back to the first picture", () => put(null));
  back.hidden = true;
  let own = null; // its grey levels

  function show(levels) {
    own = levels;
    said.textContent = levels ? "It stays on this page." : "";
    back.hidden = !levels;
    take(levels);
  }

  // `begins` says that undo leads back to what stands there now.
  function put(levels, begins = true) {
    if (begins) panel.note();
    show(levels);
  }
  panel.hold({ read: () => own, bring: (levels) => { if (levels !== own) show(levels); } });

  async function choose() {
    const [file] = input.files;
    input.value = ""; // the same file may be chosen again
    if (!file) return;
    const levels = await greyOf(file, size);
    if (levels) put(levels);
    else said.textContent = "This file holds no picture that the browser can read.";
  }
  return { put, back: () => { if (own) put(null); },
    node: make("div", { class: "choices own" }, make("label", {}, input, make("span", {}, "Your own picture …")), back,
      said) };
}
