// The recorded-run widget: scrub through a training, its losses and what the models answered on the way.
// shared/*.js stand before this text: together they are one ES module without imports.

const NAMES = ["position", "frames", "steps", "losses", "running"];
const BEAT = 700; // ms a frame, when it plays

function render({ model, el }) {
  const { names, floor: levelName, picture: title, answers: meaning, low, high } = model.get("legend");
  const identifier = `acda-run-${Math.random().toString(36).slice(2)}`;
  const initial = model.get("position");
  let timer = 0;

  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, "Link to this step", takeLink);

  const view = (title, black, white) => {
    const [image, bar, fact] = [make("img", { class: "pixels", alt: "" }), colourBar(GREY), make("b")];
    showEnds(bar, black, "", white);
    return { image, fact, title,
      node: make("figure", {}, make("div", { class: "frame" }, image), bar.node,
        make("figcaption", {}, title, make("br"), fact)) };
  };
  const input = view(title, ...[low, high].map((value) => String(value).replace("-", "−")));
  const answers = names.map((name) => view(name, "0", "1"));
  const chart = lossChart([names[1], names[0]], "steps", levelName);
  const slider = make("input", { type: "range", id: identifier, min: 0, step: 1,
    oninput: () => { pause(); write(Number(slider.value)); } });
  const value = make("span", { class: "value", "aria-hidden": "true" });
  const play = make("button", { type: "button", onclick: () => (timer ? pause() : go()) });

  const root = make("form", { class: "acda-panel acda-run", "aria-label": "Recorded run",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "A training, step by step. "),
      `Move the slider, or press Play, and see what both answered on the way. ${meaning}`),
    make("div", { class: "views" }, input.node, ...answers.map(({ node }) => node)),
    make("div", { class: "field" }, make("label", { for: identifier }, "Step of the training"), value, slider),
    chart.node,
    summary,
    make("div", { class: "foot" }, play,
      make("button", { type: "button", onclick: () => { pause(); write(Math.min(initial, last())); } }, "Reset"),
      ...link.nodes),
    make("p", { class: "words" }, model.get("words")));

  const last = () => model.get("frames").length - 1;
  const source = (picture) => `data:image/png;base64,${picture}`;
  input.image.setAttribute("src", source(model.get("picture")));
  input.image.setAttribute("alt", `${title}: what both look at`);
  input.fact.textContent = "what both look at";

  function write(position) {
    model.set("position", position);
    model.save_changes();
    drawing.ask();
  }

  function go() {
    if (model.get("position") >= last()) write(0);
    timer = setInterval(() => {
      write(Math.min(model.get("position") + 1, last()));
      if (model.get("position") >= last()) pause();
    }, BEAT);
    drawing.ask();
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    drawing.ask();
  }

  function draw() {
    const [frames, steps, losses] = ["frames", "steps", "losses"].map((name) => model.get(name));
    const position = Math.max(0, Math.min(model.get("position"), last()));
    const { step, maps, facts } = frames[position];
    answers.forEach((one, index) => {
      if (one.image.getAttribute("src") !== source(maps[index])) one.image.setAttribute("src", source(maps[index]));
      one.image.setAttribute("alt", `The answer of ${one.title} after ${step} steps: ${facts[index]}`);
      one.fact.textContent = facts[index];
    });
    // The loss of a frame is the one before its step, or else the last that is known.
    const at = steps.findIndex((known) => known >= step);
    const loss = (curve) => (curve.length ? curve[at < 0 ? curve.length - 1 : at] : NaN);
    chart.show({ floor: model.get("floor"), total: Math.max(50, step, steps[steps.length - 1] ?? 0), at: step,
      curves: [losses[1], losses[0]].map((curve) =>
        ({ points: steps.map((known, index) => [known, curve[index]]), now: loss(curve) })) });
    slider.max = last();
    if (Number(slider.value) !== position) slider.value = position;
    slider.setAttribute("aria-valuetext", `step ${step}`);
    value.textContent = String(step);
    play.textContent = timer ? "Pause" : "Play";
    if (timer || model.get("running")) speech.tell("The training goes on.");
    else {
      speech.tell(`After ${step} steps: ` + answers.map((one, index) =>
        `${one.title} ${facts[index].replaceAll(";", ",")}${Number.isNaN(loss(losses[index])) ? ""
          : `, loss ${figure(loss(losses[index]))}`}`).join(". ") + ".");
    }
    link.show([position]);
  }

  function takeLink(numbers) {
    if (numbers.length !== 1 || !Number.isInteger(numbers[0]) || numbers[0] < 0 || numbers[0] > last()) return false;
    write(numbers[0]);
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  el.acda = { position: () => model.get("position"), maps: () => answers.map(({ image }) => image.getAttribute("src")) };
  const unfollow = follow(model, NAMES, drawing.ask);
  return () => {
    pause();
    for (const part of [drawing, speech, link]) part.stop();
    unfollow();
  };
}

// ------------------------------------------------------------------------------------------------------- style

const CSS = PANEL_CSS + CHART_CSS + `
.acda-run .views { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; margin-bottom: 10px; }
.acda-run .frame { aspect-ratio: auto; }
.acda-run .frame img { display: block; width: 100%; height: auto; margin: 0; padding: 0; border: 0; background: none; }
.acda-run .field { display: grid; grid-template-columns: 1fr auto; font-size: 14px; align-items: center; }
.acda-run .field label { margin: 0; }
.acda-run .field .value { font-variant-numeric: tabular-nums; }
.acda-run .field input { grid-column: 1 / 3; }
.acda-run .words { font-size: 13px; margin: 0; }
@container (max-width: 620px) {
  .acda-run .views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .acda-run .views figure:first-child { grid-column: 1 / 3; }
}
`;

export default { render };
