import type { Upstream } from "../models/select_target.ts";
import { BREAKER, Breaker } from "./breaker.ts";
import { rank, toSeed } from "./key_pool.ts";
import type { Lane } from "./lane.ts";
import { Limiter } from "./limiter.ts";
import { RetryBudget } from "./retry_budget.ts";

/** Models remembered per upstream; names may come from clients. */
const MAX_MODELS = 100;

/** The lanes to one model, one per key, and what they share. */
export interface ModelLanes {
  lanes: readonly Lane[];
  budget: RetryBudget;
}

/** All lanes to one upstream, created as its models are asked for. */
export class Lanes {
  /** The keys, and the load on each. */
  readonly keys: readonly Pick<
    Lane,
    "key" | "keyNumber" | "limiter" | "seed"
  >[];
  readonly #url: string;
  /** Least recently asked for first. */
  readonly #models = new Map<string, ModelLanes>();

  constructor({ url, keys, limits = {} }: Upstream) {
    this.#url = url;
    this.keys = (keys.length > 0 ? keys : [null]).map((key, index) => ({
      key,
      keyNumber: index + 1,
      limiter: new Limiter(limits),
      seed: toSeed(key?.reveal() ?? ""),
    }));
  }

  /** The lanes to a model. */
  of(model: string): ModelLanes {
    const known = this.#models.get(model) ?? this.#create(model);
    this.#models.delete(model);
    this.#models.set(model, known);
    if (this.#models.size > MAX_MODELS) {
      const [oldest = ""] = this.#models.keys();
      this.#models.delete(oldest);
    }
    return known;
  }

  /** The lanes to a model, in the order a session tries them. */
  ranked(model: string, session: string): readonly Lane[] {
    return rank(this.of(model).lanes, session);
  }

  /** Every remembered model. */
  [Symbol.iterator](): IterableIterator<[string, ModelLanes]> {
    return this.#models.entries();
  }

  #create(model: string): ModelLanes {
    const lanes = this.keys.map((key) => ({
      ...key,
      url: this.#url,
      model,
      breaker: new Breaker(BREAKER),
      rest: null,
    }));
    return { lanes, budget: new RetryBudget() };
  }
}
