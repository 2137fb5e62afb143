/**
 * Routes that are asked again and again by whoever watches, or posted to by
 * clients that tell of themselves; of interest to nobody else.
 */
const ROUTINE = new Set([
  "/",
  "/api/hello",
  "/health",
  "/ready",
  "/metrics",
  "/v1/traces",
  "/v1/metrics",
  "/v1/logs",
]);

/** Whether a request says nothing of how things go. */
export function isRoutine(route: string): boolean {
  return ROUTINE.has(route);
}
