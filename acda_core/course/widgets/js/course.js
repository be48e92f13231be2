// A trainer in step with a widget's model: what Python sets it takes, and when it rests Python hears how far it came.

import { Trainer } from "./trainer.js";

const SLICE = 15; // ms of training between two frames

export function makeCourse(panel) {
  const { model } = panel;
  const trainer = new Trainer(panel.initial);
  let running = 0; // the frame that was asked for
  let packed = ""; // the weights that Python knows

  function tell(weights) {
    packed = weights;
    model.set("steps", trainer.steps);
    model.set("weights", packed);
    model.save_changes();
    panel.ask();
  }

  const settle = () => tell(trainer.packed());

  function restart() {
    trainer.restart(panel.read());
    tell("");
  }

  // What follows from the model: a new start where the layers have changed, new views where the map has.
  function prepare() {
    const state = panel.read();
    if (trainer.isOutgrown(state)) restart();
    if (model.get("weights") !== packed) {
      packed = model.get("weights");
      if (packed) trainer.take(packed, model.get("steps"));
      else restart();
    }
    trainer.look(state);
    return state;
  }

  function runSlice() {
    const before = trainer.steps;
    const end = performance.now() + SLICE;
    do trainer.advance(prepare);
    while (performance.now() < end && (trainer.isAtWork || !trainer.diverged));
    if (trainer.diverged && !trainer.isAtWork) return pause();
    running = requestAnimationFrame(runSlice);
    return trainer.steps === before ? undefined : panel.draw(); // a step may take more than one slice
  }

  function go() {
    trainer.clock = [];
    running = requestAnimationFrame(runSlice);
    panel.ask();
  }

  function pause() {
    const wasRunning = running;
    cancelAnimationFrame(running);
    running = 0;
    if (trainer.isAtWork) trainer.takeStep(prepare);
    if (wasRunning) settle();
  }

  function takeSteps(count) {
    trainer.clock = [];
    for (let taken = 0; taken < count; taken++) trainer.takeStep(prepare);
    settle();
  }

  const stop = () => cancelAnimationFrame(running);
  return { trainer, prepare, restart, go, pause, takeSteps, stop, isRunning: () => running !== 0 };
}
