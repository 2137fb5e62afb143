/** How often the event loop's delay is measured, in milliseconds. */
const PERIOD_MS = 250;

/**
 * Measures how late a timer fires: that long nothing else was done either.
 *
 * @param tell Takes the delay in milliseconds.
 * @returns What ends it.
 */
export function watchEventLoop(tell: (ms: number) => void): () => void {
  let dueAt = performance.now() + PERIOD_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    tell(Math.max(0, now - dueAt));
    dueAt = now + PERIOD_MS;
  }, PERIOD_MS);
  Deno.unrefTimer(timer);
  return () => clearInterval(timer);
}
