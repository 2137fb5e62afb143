import type { Logger } from "../log.ts";
import type { Alert } from "./alerts.ts";

/** What {@linkcode createWebhook} needs. */
export interface WebhookOptions {
  /** Takes `{ text }`, as Slack and those that follow it do. */
  url: string;
  fetch: typeof fetch;
  log: Logger;
}

/** How long the other side may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Messages that may wait for the other side; more would only repeat. */
const MAX_WAITING = 10;

/**
 * Sends alerts to a URL, one after the other. Failing is logged, and harms
 * nobody.
 */
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
      // Its own message holds the URL, which is a secret of its owner's.
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
