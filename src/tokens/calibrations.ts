import { z } from "zod";
import type { Target } from "../models/select_target.ts";
import { calibrationKey, CALIBRATIONS } from "../store/keys.ts";
import type { Store } from "../store/store.ts";

/** What is compared with an upstream's count: our estimate, or our count. */
export type Measure = "estimate" | "count";

/** Measured and true tokens of prompts, added up; later ones weigh more. */
const Sums = z.object({
  measured: z.number().positive(),
  actual: z.number().positive(),
  answers: z.int().positive(),
});

const Calibration = z.object({
  estimate: Sums.exactOptional(),
  count: Sums.exactOptional(),
});

type Calibration = z.infer<typeof Calibration>;

/** Weight that earlier answers keep with each new one. */
const DECAY = 0.8;
/** In shorter prompts, what the upstream adds around them dominates. */
export const MIN_COMPARED_TOKENS = 256;
/** An upstream that differs more has not counted the same thing. */
const MAX_RATIO = 4;
/** Clients may invent model names. */
const MAX_MODELS = 500;
const TTL_MS = 30 * 24 * 3_600_000;

/** A prompt's tokens as we measured them, and as the upstream counted them. */
export interface Comparison {
  measured: number;
  actual: number;
}

/**
 * The ratio of our tokens to those of an upstream's model, learned from its
 * counts; kept in the store, and read only from memory.
 */
export class Calibrations {
  readonly #store: Pick<Store, "put" | "list">;
  readonly #known = new Map<string, Calibration>();

  constructor(store: Pick<Store, "put" | "list">) {
    this.#store = store;
  }

  /** Tokens as the upstream would count them, as far as known. */
  correct(
    target: Pick<Target, "upstream" | "model">,
    { tokens, measure }: { tokens: number; measure: Measure },
  ): number {
    const sums = this.#of(target)[measure];
    if (!sums) return tokens;
    return Math.max(1, Math.round(tokens * sums.actual / sums.measured));
  }

  /** Number of answers learned from. */
  answers(
    target: Pick<Target, "upstream" | "model">,
    measure: Measure,
  ): number {
    return this.#of(target)[measure]?.answers ?? 0;
  }

  /** Learns from an answer, unless its prompt is too short. */
  learn(
    target: Pick<Target, "upstream" | "model">,
    measure: Measure,
    { measured, actual }: Comparison,
  ): void {
    const ratio = actual / measured;
    if (Math.min(measured, actual) < MIN_COMPARED_TOKENS) return;
    if (ratio > MAX_RATIO || ratio < 1 / MAX_RATIO) return;
    const calibration = this.#of(target);
    const { measured: before, actual: actually, answers } =
      calibration[measure] ?? { measured: 0, actual: 0, answers: 0 };
    // A long prompt weighs more than a short one, but does not drown it out.
    const weight = Math.sqrt(measured);
    const learned = {
      ...calibration,
      [measure]: {
        measured: before * DECAY + weight,
        actual: actually * DECAY + weight * ratio,
        answers: answers + 1,
      },
    };
    const { upstream: { url }, model } = target;
    this.#keep(keyOf({ url, model }), learned);
    this.#store.put(calibrationKey(url, model), learned, { ttlMs: TTL_MS });
  }

  /** Loads what the store has. */
  async load(): Promise<void> {
    const entries = await this.#store.list(CALIBRATIONS, Calibration, {
      limit: MAX_MODELS,
    });
    for (const { key, value } of entries) {
      const [url, model] = key.slice(CALIBRATIONS.length);
      if (typeof url !== "string" || typeof model !== "string") continue;
      this.#keep(keyOf({ url, model }), value);
    }
  }

  #of({ upstream: { url }, model }: Pick<Target, "upstream" | "model">) {
    return this.#known.get(keyOf({ url, model })) ?? {};
  }

  #keep(key: string, calibration: Calibration): void {
    this.#known.delete(key);
    this.#known.set(key, calibration);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_MODELS) break;
      this.#known.delete(oldest);
    }
  }
}

function keyOf({ url, model }: { url: string; model: string }): string {
  return `${url} ${model}`;
}
