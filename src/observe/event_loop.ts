/** How often the event loop's delay is measured, in milliseconds. */
const PERIOD_MS = 250;

/**
 * Measures how late a timer fires: everything else was delayed as long.
 *
 * @param tell Called with the delay in milliseconds.
 * @returns Stops measuring.
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
