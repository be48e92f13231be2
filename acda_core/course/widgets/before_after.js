// The before-and-after widget: two versions of one photograph, parted by a line that the reader moves.
// shared/*.js stand before this text: together they are one ES module without imports.

// ---------------------------------------------------------------------------------------------- mathematics

const decode = (pixels) => Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0));

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

// --------------------------------------------------------------------------------------------------- the widget

const NAMES = ["left", "right", "split"];

function render({ model, el }) {
  const names = model.get("names");
  const [height, width] = model.get("size");
  const pictures = model.get("pixels").map(decode);
  const decibels = pictures.map((bytes) => psnr(bytes, pictures[0]));
  const initial = readModel();
  const identifier = `acda-before-after-${Math.random().toString(36).slice(2)}`;
  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, "Link to this view", takeLink);

  const under = picture("pixels");
  const over = picture("pixels over");
  const line = make("div", { class: "line", "aria-hidden": "true" });
  const box = make("div", { class: "frame", style: `aspect-ratio: ${width} / ${height}` }, under, over, line);
  const slider = make("input", { type: "range", id: `${identifier}-split`, min: 0, max: 100, step: 1,
    oninput: () => write({ split: Number(slider.value) }) });
  const choice = (legend, name) => radioGroup(legend, `${identifier}-${name}`,
    names.map((label, value) => ({ value, label })), (event) => write({ [name]: Number(event.target.value) }));

  const root = make("form", { class: "acda-panel acda-before-after", "aria-label": "Before and after",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Move the line. "),
      "On its left stands one version of the photograph, on its right another."),
    box,
    make("div", { class: "field" }, make("label", { for: `${identifier}-split` }, "Place of the line, in percent"), slider),
    choice("Left of the line", "left"),
    choice("Right of the line", "right"),
    summary,
    make("div", { class: "foot" },
      make("button", { type: "button", onclick: () => write(initial) }, "Reset"), ...link.nodes));

  function readModel() {
    return Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  }

  function write(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    drawing.ask();
  }

  let held = false;
  const place = (event) => {
    const { left, width: wide } = box.getBoundingClientRect();
    write({ split: Math.max(0, Math.min(100, Math.round((100 * (event.clientX - left)) / wide))) });
  };
  box.addEventListener("pointerdown", (event) => { held = true; box.setPointerCapture(event.pointerId); place(event); });
  box.addEventListener("pointermove", (event) => { if (held) place(event); });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { held = false; });

  const quality = (index) => (index === 0 ? "" : `, ${number(decibels[index], 1)} dB`);

  function draw() {
    const { left, right, split } = readModel();
    paintColours(under, pictures[right], height, width);
    paintColours(over, pictures[left], height, width);
    over.style.clipPath = `inset(0 ${100 - split}% 0 0)`;
    line.style.left = `${split}%`;
    if (Number(slider.value) !== split) slider.value = split;
    for (const [name, value] of [["left", left], ["right", right]]) {
      for (const radio of root.querySelectorAll(`input[name="${identifier}-${name}"]`)) {
        radio.checked = radio.value === String(value);
      }
    }
    over.setAttribute("aria-label", `Left of the line: ${names[left]}`);
    under.setAttribute("aria-label", `Right of the line: ${names[right]}`);
    speech.tell(`Left: ${names[left]}${quality(left)}. Right: ${names[right]}${quality(right)}.`);
    link.show([left, right, split]);
  }

  function takeLink(numbers) {
    const [left, right, split] = numbers;
    if (numbers.length !== NAMES.length || !numbers.every(Number.isInteger)) return false;
    if (!(left in names) || !(right in names) || split < 0 || split > 100) return false;
    write({ left, right, split });
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  el.acda = { decibels: () => decibels, state: readModel };
  const unfollow = follow(model, NAMES, drawing.ask);
  return () => {
    for (const part of [drawing, speech, link]) part.stop();
    unfollow();
  };
}

// ------------------------------------------------------------------------------------------------------- style

const CSS = PANEL_CSS + `
.acda-before-after .frame { max-width: 440px; margin-bottom: 8px; cursor: ew-resize; touch-action: pan-y; }
.acda-before-after .line { position: absolute; inset: 0 auto 0 0; width: 4px; margin-left: -2px; background: #ffd400;
  border: 1px solid #111; border-width: 0 1px; pointer-events: none; }
.acda-before-after .field { max-width: 440px; font-size: 14px; }
.acda-before-after .field label { margin: 0; }
`;

export default { render };
