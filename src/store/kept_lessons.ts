import { z } from "zod";
import type { Lesson } from "../models/lesson.ts";
import { type Learned, learnerOf, Lessons } from "../models/lessons.ts";
import type { Target } from "../models/select_target.ts";
import { type Capabilities, PLAIN } from "../openai/capabilities.ts";
import { LESSONS, lessonsKey } from "./keys.ts";
import type { Store } from "./store.ts";

/** How often it is looked what other instances have learned, in milliseconds. */
const LOOK_MS = 60_000;

const LearnedSchema: z.ZodType<Learned> = z.object({
  expiresAt: z.number(),
  lessons: z.array(z.object({
    what: z.string(),
    api: z.enum(["chat", "responses"]).exactOptional(),
    capabilities: z.custom<Partial<Capabilities>>(isCapabilities)
      .exactOptional(),
    maxOutputTokens: z.int().positive().exactOptional(),
  })),
});

/** What {@linkcode KeptLessons} works with. */
export interface KeptLessonsOptions {
  store: Pick<Store, "put" | "list">;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Lessons that survive a restart and are shared with other instances. Requests
 * never wait for the store: they go by what is known in memory.
 */
export class KeptLessons {
  readonly #options: KeptLessonsOptions;
  readonly #lessons: Lessons;
  #lookedAt = -Infinity;

  constructor(options: KeptLessonsOptions) {
    this.#options = options;
    this.#lessons = new Lessons(options.now);
  }

  /** A target with all that has been learned of it. */
  apply(target: Target): Target {
    if (this.#lookedAt + LOOK_MS <= this.#options.now()) void this.load();
    return this.#lessons.apply(target);
  }

  /** Keeps a lesson for the requests to come, with all that is known beside it. */
  remember(target: Target, lesson: Lesson): void {
    const { store, now } = this.#options;
    this.#lessons.remember(target, lesson);
    const learner = learnerOf(target);
    const learned = this.#lessons.of(learner);
    if (!learned) return;
    const ttlMs = learned.expiresAt - now();
    store.put(lessonsKey(learner.url, learner.model), learned, { ttlMs });
  }

  /** Takes over what the store has. */
  async load(): Promise<void> {
    const { store, now } = this.#options;
    this.#lookedAt = now();
    for (const { key, value } of await store.list(LESSONS, LearnedSchema)) {
      const [url, model] = key.slice(LESSONS.length);
      if (typeof url !== "string" || typeof model !== "string") continue;
      this.#lessons.adopt({ url, model }, value);
    }
  }
}

function isCapabilities(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.keys(value).every((name) => name in PLAIN);
}
