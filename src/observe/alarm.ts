import type { Logger } from "../log.ts";
import { type Alert, ALERTS, AlertWatch } from "./alerts.ts";
import type { LaneChange } from "../upstream/lane.ts";
import type { Observer } from "./record.ts";

/** Interval between checks for problems that began or are over, in ms. */
const CHECK_MS = 10_000;

/** What {@linkcode startAlarm} depends on. */
export interface AlarmOptions {
  log: Pick<Logger, "info" | "warn">;
  /** Epoch milliseconds. */
  now: () => number;
  /** Notifies people; `null`: alerts are only logged. */
  deliver: ((alert: Alert) => Promise<void>) | null;
  checkMs?: number;
}

/** Watches requests and notifies people. */
export interface Alarm {
  observe: Observer;
  /** Takes state changes of upstreams and keys. */
  watchLane(change: LaneChange): void;
  close(): void;
}

/** Evaluates recent requests every few seconds, until it is closed. */
export function startAlarm(
  { log, now, deliver, checkMs = CHECK_MS }: AlarmOptions,
): Alarm {
  const watch = new AlertWatch(ALERTS);

  function tell(alert: Alert): void {
    const { topic, text, isOver } = alert;
    if (isOver) log.info("alert over", { topic, text });
    else log.warn("alert", { topic, text });
    deliver?.(alert);
  }

  const timer = setInterval(() => watch.check(now()).forEach(tell), checkMs);
  Deno.unrefTimer(timer);
  return {
    observe: (record) => watch.add(record),
    watchLane({ upstream, model, key, state }) {
      if (state === "resting") return; // rate limits are normal
      watch.breaker({
        target: `${upstream}/${model}`,
        key,
        isOpen: state === "open",
        now: now(),
      }).forEach(tell);
    },
    close: () => clearInterval(timer),
  };
}
