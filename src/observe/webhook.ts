import type { Logger } from "../log.ts";
import type { Alert } from "./alerts.ts";

/** What {@linkcode createWebhook} depends on. */
export interface WebhookOptions {
  /** Accepts `{ text }`, as Slack and compatible services do. */
  url: string;
  fetch: typeof fetch;
  log: Logger;
}

/** How long the receiver may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Messages that may wait for the receiver; more would only repeat. */
const MAX_WAITING = 10;

/** Sends alerts to a URL, one after the other. A failure is only logged. */
export function createWebhook(
  { url, fetch, log }: WebhookOptions,
): (alert: Alert) => Promise<void> {
  let last = Promise.resolve();
  let waiting = 0;

  async function post({ text, isOver }: Alert): Promise<void> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          text: `ccproxy: ${isOver ? "over: " : ""}${text}`,
        }),
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (!response.ok) {
        log.warn("alert not delivered", { status: response.status });
      }
    } catch (error) {
      // Its own message contains the URL, which is its owner's secret.
      const reason = error instanceof Error ? error.name : "unknown";
      log.warn("alert not delivered", { reason });
    }
  }

  return (alert) => {
    if (waiting >= MAX_WAITING) return last;
    waiting++;
    last = last.then(() => post(alert)).finally(() => void waiting--);
    return last;
  };
}
