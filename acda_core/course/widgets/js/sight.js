// Whether the reader can see an element: what moves by itself rests out of sight.

// `changed` hears whenever that changes.
export function watchSight(el, changed) {
  let isNear = true;
  const observer = new IntersectionObserver((entries) => {
    isNear = entries[entries.length - 1].isIntersecting;
    changed();
  });
  observer.observe(el);
  document.addEventListener("visibilitychange", changed);
  return { inSight: () => isNear && !document.hidden,
    stop: () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", changed);
    } };
}
