// A training in a thread of its own: it takes steps, and tells how far it came whenever the page has drawn.

import { Trainer } from "./trainer.js";

const SLICE = 30; // ms of training between two looks at what the page said
const PATIENCE = 10; // slices without a word of the page: then nobody sees it, and the training rests

let trainer = null;
let state = null;
let isAwaited = true; // whether the page has drawn the last news
let left = PATIENCE;
let rests = true;

function work() {
  const end = performance.now() + SLICE;
  while (performance.now() < end && !trainer.diverged) trainer.takeStep(() => state);
  if (isAwaited || trainer.diverged) {
    isAwaited = false;
    self.postMessage(trainer.snapshot());
  }
  left--;
  rests = left < 0 || trainer.diverged !== "";
  if (!rests) setTimeout(work, 0);
}

self.onmessage = ({ data }) => {
  [isAwaited, left] = [true, PATIENCE];
  if (data.state) {
    state = data.state;
    trainer ??= new Trainer(state);
    trainer.look(state);
  }
  if (data.snapshot) trainer.goOnFrom(data.snapshot);
  if (rests) work();
};
