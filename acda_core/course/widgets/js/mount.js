// Widgets on a page without a kernel.

// A model with the methods that a widget uses of anywidget's: a changed value is told to its listeners at once.
function modelOf(state) {
  const listeners = new Map();
  return {
    get: (name) => state[name],
    set: (name, value) => {
      if (JSON.stringify(value) === JSON.stringify(state[name])) return;
      state[name] = value;
      for (const call of [...listeners.get(`change:${name}`) ?? []]) call();
    },
    save_changes: () => {},
    on: (event, call) => listeners.set(event, new Set(listeners.get(event)).add(call)),
    off: (event, call) => listeners.get(event)?.delete(call),
    listeners,
  };
}

// Draw each of these widgets wherever its state stands. One that fails leaves its still picture and the others alone.
function mountAll(widgets) {
  /** @type {NodeListOf<HTMLElement>} */
  const places = document.querySelectorAll(".acda-widget[data-widget]");
  for (const el of places) {
    const widget = widgets[el.dataset.widget];
    if (!widget) continue;
    const still = [...el.childNodes];
    try {
      const state = JSON.parse(el.querySelector('script[type="application/json"]').textContent);
      el.replaceChildren();
      widget.render({ model: modelOf(state), el });
    } catch (error) {
      el.replaceChildren(...still);
      reportError(error);
    }
  }
}

export default { modelOf, mountAll };
