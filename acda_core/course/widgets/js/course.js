// A trainer in step with a widget's model: what Python sets it takes, and when it rests Python hears how far it came.

import { Trainer } from "./trainer.js";

const WORKER = /* linked text of */ "./training_worker.js";
const SLICE = 15; // ms of training between two frames, where no other thread can train
const NOTED = 1000; // ms between two notes of how far a training came, for a reload

// A thread that trains on from a snapshot; `news` gets its snapshots, `fail` is called where there is no such thread.
function makeThread(state, snapshot, news, fail) {
  const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  let worker;
  try {
    worker = new Worker(address);
  } catch {
    fail();
    return null;
  }
  worker.onmessage = ({ data }) => news(data);
  worker.onerror = (event) => {
    event.preventDefault();
    fail();
  };
  worker.postMessage({ state, snapshot });
  return { tell: (message) => worker.postMessage(message),
    end: () => {
      worker.onmessage = null;
      worker.terminate();
      URL.revokeObjectURL(address);
    } };
}

// Trains on, in a thread of its own or, where there is none, between frames; out of sight it rests. `prepare` gives the
// settings, `end` is called where it cannot go on.
function makeRunner(trainer, panel, prepare, end) {
  const sight = panel.watch(() => { if (sight.inSight()) thread?.tell({}); });
  let [running, frame] = [false, 0]; // whether it trains; the frame that was asked for
  let thread = null;
  let told = ""; // the settings that the thread knows

  function runSlice() {
    frame = requestAnimationFrame(runSlice);
    if (!sight.inSight()) return undefined;
    const before = trainer.steps;
    const until = performance.now() + SLICE;
    do trainer.advance(prepare);
    while (performance.now() < until && (trainer.isAtWork || !trainer.diverged));
    if (trainer.diverged && !trainer.isAtWork) return end();
    return trainer.steps === before ? undefined : panel.draw(); // a step may take more than one slice
  }

  function endThread() {
    thread?.end();
    thread = null;
  }

  // What the thread says is drawn in the next frame; then it may speak again, if the reader sees it.
  function hear(snapshot) {
    trainer.goOnFrom(snapshot);
    if (trainer.diverged) return end();
    frame = requestAnimationFrame(() => {
      panel.draw();
      if (sight.inSight()) thread?.tell({});
    });
    return undefined;
  }

  // Begin, or begin again from what the trainer holds.
  function start() {
    const state = prepare();
    endThread();
    running = true;
    told = JSON.stringify(state);
    thread = makeThread(state, trainer.snapshot(), hear, () => {
      endThread();
      frame = requestAnimationFrame(runSlice);
    });
  }

  function stop() {
    running = false;
    cancelAnimationFrame(frame);
    endThread();
  }

  // Settings that change under way, but for those that start over.
  function follow(state) {
    if (!thread || JSON.stringify(state) === told) return;
    told = JSON.stringify(state);
    thread.tell({ state });
  }
  return { start, stop, follow, isRunning: () => running };
}

// What a reload would take away of a training.
function makeNotes(trainer, panel) {
  let last = 0; // when

  function write() {
    last = performance.now();
    panel.memory.remember("training", { state: panel.read(), snapshot: trainer.snapshot() });
  }

  // Whether there was a training of the layers that the settings make.
  function bringBack() {
    const was = panel.memory.remembered("training");
    if (!was || trainer.isOutgrown(was.state)) return false;
    trainer.goOnFrom(was.snapshot);
    return true;
  }
  return { write, bringBack, clear: () => panel.memory.remember("training", null),
    writeNowAndThen: () => { if (performance.now() - last > NOTED) write(); } };
}

export function makeCourse(panel) {
  const { model } = panel;
  const trainer = new Trainer(panel.initial);
  const runner = makeRunner(trainer, panel, prepare, pause);
  const notes = makeNotes(trainer, panel);
  let packed = ""; // the weights that Python knows

  function tell(weights) {
    packed = weights;
    model.set("steps", trainer.steps);
    model.set("weights", packed);
    model.save_changes();
    panel.ask();
  }

  function settle() {
    tell(trainer.packed());
    notes.write();
  }

  function bringBack() {
    prepare();
    if (notes.bringBack()) settle();
  }

  function restart() {
    trainer.restart(panel.read());
    tell("");
    if (runner.isRunning()) runner.start();
  }

  // What follows from the model: a new start where the layers have changed, new views where the map has.
  function prepare() {
    const state = panel.read();
    if (trainer.isOutgrown(state)) restart();
    if (model.get("weights") !== packed) {
      packed = model.get("weights");
      if (packed) trainer.take(packed, model.get("steps"));
      else restart();
      if (runner.isRunning()) runner.start();
    }
    trainer.look(state);
    runner.follow(state);
    if (runner.isRunning()) notes.writeNowAndThen();
    return state;
  }

  function go() {
    trainer.clock = [];
    runner.start();
    panel.ask();
  }

  function pause() {
    const wasRunning = runner.isRunning();
    runner.stop();
    if (trainer.isAtWork) trainer.takeStep(prepare);
    if (wasRunning) settle();
  }

  function takeSteps(count) {
    pause();
    trainer.clock = [];
    for (let taken = 0; taken < count; taken++) trainer.takeStep(prepare);
    settle();
  }

  function toStart() {
    restart();
    notes.clear();
  }

  return { trainer, prepare, restart: toStart, go, pause, takeSteps, bringBack, stop: runner.stop,
    isRunning: runner.isRunning };
}
