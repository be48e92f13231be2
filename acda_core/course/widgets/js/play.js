// A play bar: what it moves rests out of sight.

import { button, make, radioGroup } from "./elements.js";

const SPEEDS = { "½×": 2, "1×": 1, "2×": 0.5 }; // how long a beat is

/**
 * `advance` goes on, after every beat of so many milliseconds, and says whether there is more; `begin` is called at the
 * start.
 * @param {any} panel
 * @param {number} beat
 */
export function playBar(panel, beat, advance, begin = () => {}) {
  const toggle = button("Play", () => (timer ? pause() : play()), { class: "go" });
  const speeds = radioGroup("Speed", panel.id("speed"), Object.keys(SPEEDS).map((label) => ({ value: label, label })),
    (label) => { speed = label; });
  const sight = panel.watch(() => {});
  let [timer, speed] = [0, "1×"];
  speeds.show(speed);

  function next() {
    timer = setTimeout(next, beat * SPEEDS[speed]);
    if (sight.inSight() && !advance()) pause();
  }

  function play() {
    begin();
    timer = setTimeout(next, beat * SPEEDS[speed]);
    toggle.textContent = "Pause";
    panel.ask();
  }

  function pause() {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    toggle.textContent = "Play";
    panel.ask();
  }
  return { pause, isPlaying: () => timer !== 0, node: make("div", { class: "play" }, toggle, speeds.node) };
}
