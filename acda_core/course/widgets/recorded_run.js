// The recorded-run widget: scrub through a training, its losses and what the models answered on the way.

import { CHART_CSS, lossChart } from "./js/chart.js";
import { intro, make, showEnds, slide, view } from "./js/elements.js";
import { clamp, figure, isIndex } from "./js/numbers.js";
import { widget } from "./js/panel.js";
import { playBar } from "./js/play.js";

const BEAT = 700; // ms a frame, when it plays

const source = (picture) => `data:image/png;base64,${picture}`;

// The loss before this step, or else the last that is known; undefined where none is.
function lossAt(step, steps, curve) {
  const at = steps.findIndex((known) => known >= step);
  return curve[at < 0 ? curve.length - 1 : at];
}

// A picture that comes as a PNG file, with the values of black and white.
function pngView(title, black, white) {
  const one = view(title, { canvas: make("img", { class: "pixels", alt: "" }) });
  showEnds(one.bar, black, "", white);
  return one;
}

function showPng({ canvas, fact }, png, alt, words) {
  if (canvas.getAttribute("src") !== source(png)) canvas.setAttribute("src", source(png));
  canvas.setAttribute("alt", alt);
  fact.textContent = words;
}

function build(panel) {
  const { model } = panel;
  const { names, floor: levelName, picture: title, answers: meaning, low, high } = model.get("legend");
  const last = () => model.get("frames").length - 1;

  const input = pngView(title, ...[low, high].map((value) => String(value).replace("-", "−")));
  showPng(input, model.get("picture"), `${title}: what both look at`, "what both look at");
  const answers = names.map((name) => pngView(name, "0", "1"));
  const chart = lossChart([names[1], names[0]], "steps", levelName);
  const slider = slide(panel.id("position"), "Step of the training", {}, moveTo);
  const bar = playBar(panel, BEAT, () => {
    panel.write({ position: Math.min(model.get("position") + 1, last()) }, false);
    return model.get("position") < last();
  }, () => {
    if (model.get("position") >= last()) panel.write({ position: 0 });
  });

  function moveTo(position) {
    bar.pause();
    panel.write({ position });
  }

  function draw({ position, frames, steps, losses }) {
    const { step, maps, facts } = frames[position];
    answers.forEach((one, index) =>
      showPng(one, maps[index], `The answer of ${one.title} after ${step} steps: ${facts[index]}`, facts[index]));
    chart.show({ floor: model.get("floor"), at: step,
      total: Math.max(50, frames[last()].step, steps[steps.length - 1] ?? 0),
      curves: [losses[1], losses[0]].map((curve) =>
        ({ points: steps.map((known, index) => [known, curve[index]]), now: lossAt(step, steps, curve) })) });
    slider.input.max = last();
    slider.show(position, String(step));
    slider.input.setAttribute("aria-valuetext", `step ${step}`);
  }

  function sentence({ position, frames, steps, losses, running }) {
    if (bar.isPlaying() || running) return "The training is running.";
    const { step, facts } = frames[position];
    return `After ${step} steps: ${names.map((name, index) => {
      const loss = lossAt(step, steps, losses[index]);
      return `${name} ${facts[index].replaceAll(";", ",")}${loss === undefined ? "" : `, loss ${figure(loss)}`}`;
    }).join(". ")}.`;
  }

  return {
    children: [
      intro("A training, step by step. ",
        `Move the slider, or press Play, and see what both answered on the way. ${meaning}`),
      make("div", { class: "views" }, input.node, ...answers.map(({ node }) => node)),
      bar.node, slider.node, chart.node, panel.summary,
      panel.foot(panel.reset("Reset", () => moveTo(Math.min(panel.initial.position, last())))),
      make("p", { class: "words" }, model.get("words"))],
    draw, sentence,
    toLink: ({ position }) => [position],
    fromLink: ([position, ...others]) => (others.length === 0 && isIndex(position, last() + 1) ? { position } : null),
    stop: bar.pause,
    acda: { position: () => model.get("position"),
      maps: () => answers.map(({ canvas }) => canvas.getAttribute("src")) },
  };
}

const CSS = `${CHART_CSS}
.acda-run .views { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; margin-bottom: 10px; }
.acda-run .frame { aspect-ratio: auto; }
.acda-run .frame img { display: block; width: 100%; height: auto; margin: 0; padding: 0; border: 0; background: none; }
.acda-run .words { font-size: 13px; margin: 0; }
@container (max-width: 620px) {
  .acda-run .views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .acda-run .views figure:first-child { grid-column: 1 / 3; }
}
`;

export default widget({ title: "Recorded run", className: "acda-run", css: CSS, linkText: "Link to this step",
  names: ["position", "frames", "steps", "losses", "running"],
  fit: (state) => ({ ...state, position: clamp(state.position, 0, state.frames.length - 1) }), build });
