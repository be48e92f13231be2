// Numbers on their way from some values to others.

import { clamp } from "./numbers.js";

export const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// A glide of numbers in so many milliseconds, one at a time: `show` gets those of each frame, the last ones exactly,
// and at once where a reader wants no motion.
export function makeGlide(show, duration = 350) {
  let frame = 0;
  const stop = () => cancelAnimationFrame(frame);
  function go(from, to) {
    stop();
    if (isStill()) return show(to);
    const start = performance.now();
    const step = (now) => {
      const part = clamp((now - start) / duration, 0, 1);
      const eased = part * part * (3 - 2 * part);
      if (part < 1) frame = requestAnimationFrame(step);
      return show(part < 1 ? from.map((value, index) => value + eased * (to[index] - value)) : to);
    };
    frame = requestAnimationFrame(step);
    return undefined;
  }
  return { go, stop };
}
