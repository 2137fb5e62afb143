import type { RequestRecord } from "./record.ts";

/** Something a person should look at, or no longer needs to. */
export interface Alert {
  /** What it is about: the same for an alert and its end. */
  topic: string;
  isOver: boolean;
  text: string;
}

/** When people are notified. */
export interface AlertPolicy {
  /** Length of the window, in milliseconds. */
  windowMs: number;
  /** With fewer messages in the window there is no alert. */
  minMessages: number;
  /** Share of messages that failed through no fault of the client, 0–1. */
  errorShare: number;
  /** Alert if one message in twenty takes longer to its first event, in ms. */
  slowMs: number;
  /** Something that continues is reported again after this long, in ms. */
  repeatMs: number;
}

/**
 * A quarter of five minutes' messages: an upstream's bad moment alerts nobody,
 * an outage does within the first twenty messages.
 */
export const ALERTS: AlertPolicy = {
  windowMs: 5 * 60_000,
  minMessages: 20,
  errorShare: 0.25,
  slowMs: 60_000,
  repeatMs: 60 * 60_000,
};

interface Sample {
  at: number;
  hasFailed: boolean;
  firstEventMs: number | null;
}

/** Samples that are examined; under load they represent the window. */
const MAX_SAMPLES = 2_000;

/**
 * Watches messages. Reports once each when a problem begins, when it has
 * continued for long, and when it is over.
 */
export class AlertWatch {
  readonly #policy: AlertPolicy;
  #samples: Sample[] = [];
  /** Keys with open breakers, by target. */
  readonly #openBreakers = new Map<string, Set<number>>();
  /** Current problems, and when each was last reported. */
  readonly #raised = new Map<string, number>();

  constructor(policy: AlertPolicy) {
    this.#policy = policy;
  }

  /** Adds a request that has ended; {@linkcode check} evaluates it. */
  add({ message, outcome, error, startedAt, durationMs }: RequestRecord): void {
    if (!message || outcome === "client gone") return;
    const at = startedAt + durationMs;
    const status = error?.status ?? 200;
    const hasFailed = status >= 500 || status === 429 || status === 401;
    this.#samples.push({ at, hasFailed, firstEventMs: message.firstEventMs });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  /** What has begun and what is over by now; to be called every few seconds. */
  check(now: number): Alert[] {
    const { windowMs, minMessages, errorShare, slowMs } = this.#policy;
    const from = now - windowMs;
    const first = this.#samples.findIndex(({ at }) => at >= from);
    this.#samples = first < 0 ? [] : this.#samples.slice(first);
    const count = this.#samples.length;
    const isEnough = count >= minMessages;
    const failed = this.#samples.filter(({ hasFailed }) => hasFailed).length;
    const waits = this.#samples.map(({ firstEventMs }) => firstEventMs)
      .filter((ms) => ms !== null).toSorted((a, b) => a - b);
    const p95 = waits[Math.floor(waits.length * 0.95)] ?? 0;
    const minutes = Math.round(windowMs / 60_000);
    return [
      ...this.#tell("errors", isEnough && failed / count >= errorShare, {
        now,
        text: `${failed} of ${count} messages in ${minutes} min failed`,
      }),
      ...this.#tell("latency", isEnough && p95 >= slowMs, {
        now,
        text: `one message in twenty waits ${
          (p95 / 1000).toFixed(1)
        } s or more for its first event`,
      }),
    ];
  }

  /**
   * A breaker has opened or closed. A target with several keys is reported
   * twice: when the first opens, and when none is open any more.
   *
   * @param target Upstream and model.
   */
  breaker({ target, key, isOpen, now }: {
    target: string;
    key: number;
    isOpen: boolean;
    now: number;
  }): Alert[] {
    const open = this.#openBreakers.get(target) ?? new Set();
    if (isOpen) open.add(key);
    else open.delete(key);
    if (open.size > 0) this.#openBreakers.set(target, open);
    else this.#openBreakers.delete(target);
    const isOut = open.size > 0;
    return this.#tell(`breaker ${target}`, isOut, {
      now,
      text: isOut
        ? `upstream ${target} fails and is not asked for now`
        : `upstream ${target} answers again`,
    });
  }

  #tell(
    topic: string,
    isOn: boolean,
    { now, text }: { now: number; text: string },
  ): Alert[] {
    const toldAt = this.#raised.get(topic);
    if (!isOn) {
      if (!this.#raised.delete(topic)) return [];
      return [{ topic, isOver: true, text }];
    }
    if (toldAt !== undefined && now - toldAt < this.#policy.repeatMs) return [];
    this.#raised.set(topic, now);
    return [{ topic, isOver: false, text }];
  }
}
