// An atom that one widget hands on to others: those of this page, and of the next ones in the same tab.

const NAME = "acda:atom";

// atom: { size, values }
export function handOn(atom) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(atom));
  } catch {
    return false; // a browser that keeps nothing
  }
  document.dispatchEvent(new CustomEvent(NAME));
  return true;
}

// The atom that was handed on last, or null.
export function handed() {
  try {
    const atom = JSON.parse(sessionStorage.getItem(NAME));
    return atom && atom.values.length === atom.size ** 2 && atom.values.every(Number.isFinite) ? atom : null;
  } catch {
    return null;
  }
}

export function onHanded(call) {
  document.addEventListener(NAME, call);
  return () => document.removeEventListener(NAME, call);
}
