/**
 * Routes that are polled by monitoring, or that clients post their telemetry
 * to; of no interest otherwise.
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

/** Whether a request says nothing about the service's state. */
export function isRoutine(route: string): boolean {
  return ROUTINE.has(route);
}
