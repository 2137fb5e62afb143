import { z } from "zod";
import type { Lesson } from "../models/lesson.ts";
import { type Learned, learnerOf, Lessons } from "../models/lessons.ts";
import type { Target } from "../models/select_target.ts";
import { type Capabilities, PLAIN } from "../openai/capabilities.ts";
import { LESSONS, lessonsKey } from "./keys.ts";
import type { Store } from "./store.ts";

/** How often to look for what other instances have learned, in milliseconds. */
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

/** What {@linkcode KeptLessons} depends on. */
export interface KeptLessonsOptions {
  store: Pick<Store, "put" | "list">;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Lessons that survive a restart and are shared with other instances. Requests
 * never wait for the store: they use what is in memory.
 */
export class KeptLessons {
  readonly #options: KeptLessonsOptions;
  readonly #lessons: Lessons;
  #lookedAt = -Infinity;

  constructor(options: KeptLessonsOptions) {
    this.#options = options;
    this.#lessons = new Lessons(options.now);
  }

  /** A target with all that has been learned about it. */
  apply(target: Target): Target {
    if (this.#lookedAt + LOOK_MS <= this.#options.now()) void this.load();
    return this.#lessons.apply(target);
  }

  /** Stores a lesson for later requests, with all that is already known. */
  remember(target: Target, lesson: Lesson): void {
    const { store, now } = this.#options;
    this.#lessons.remember(target, lesson);
    const learner = learnerOf(target);
    const learned = this.#lessons.of(learner);
    if (!learned) return;
    const ttlMs = learned.expiresAt - now();
    store.put(lessonsKey(learner.url, learner.model), learned, { ttlMs });
  }

  /** Loads what the store has. */
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
