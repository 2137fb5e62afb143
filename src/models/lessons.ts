import type { Lesson } from "./lesson.ts";
import { type Target, withApi } from "./select_target.ts";

/** How long a lesson is valid, in milliseconds: upstreams change, too. */
export const LESSON_MS = 24 * 60 * 60 * 1000;

/** The model that a lesson is about, and its upstream. */
export interface Learner {
  /** The upstream's base URL. */
  url: string;
  model: string;
}

/** What has been learned about a model. */
export interface Learned {
  /** In the order they were learned: later ones build on earlier ones. */
  lessons: readonly Lesson[];
  /** When all of it expires, in epoch milliseconds. */
  expiresAt: number;
}

/** What has been learned about upstreams and models since the start. */
export class Lessons {
  readonly #now: () => number;
  readonly #learned = new Map<string, Learned>();

  /** @param now Epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A target with all that has been learned about it. */
  apply(target: Target): Target {
    const { lessons } = this.of(learnerOf(target)) ?? {};
    if (!lessons) return target;
    // The API comes first: the other lessons are stored for it.
    const api = lessons.findLast(({ api }) => api !== undefined)?.api;
    const asked = api ? withApi(target, api) : target;
    return lessons.reduce(
      (target, { api: _, ...lesson }) => withLesson(target, lesson),
      asked,
    );
  }

  /** Stores a lesson for later requests, if it applies to them. */
  remember(target: Target, lesson: Lesson): void {
    if (lesson.isOfRequest) return;
    const learner = learnerOf(target);
    const known = this.of(learner)?.lessons ?? [];
    // Concurrent requests all learn the same.
    const others = known.filter(({ what }) => what !== lesson.what);
    const lessons = [...others, lesson];
    const expiresAt = this.#now() + LESSON_MS;
    this.#learned.set(keyOf(learner), { lessons, expiresAt });
  }

  /** What has been learned about a model and is still valid. */
  of(learner: Learner): Learned | undefined {
    const learned = this.#learned.get(keyOf(learner));
    return learned && learned.expiresAt > this.#now() ? learned : undefined;
  }

  /** Adds what others have learned, or this program before a restart. */
  adopt(learner: Learner, learned: Learned): void {
    if (learned.expiresAt <= this.#now()) return;
    const known = this.of(learner) ?? { lessons: [], expiresAt: 0 };
    const words = new Set(known.lessons.map(({ what }) => what));
    const news = learned.lessons.filter(({ what }) => !words.has(what));
    this.#learned.set(keyOf(learner), {
      lessons: [...known.lessons, ...news],
      expiresAt: Math.max(known.expiresAt, learned.expiresAt),
    });
  }
}

/** A target with a lesson applied. */
export function withLesson(
  target: Target,
  { api, capabilities, maxOutputTokens }: Lesson,
): Target {
  const asked = api ? withApi(target, api) : target;
  return {
    ...asked,
    capabilities: { ...asked.capabilities, ...capabilities },
    limits: maxOutputTokens === undefined
      ? target.limits
      : { ...target.limits, maxOutputTokens },
  };
}

/** The key under which a target's lessons are stored. */
export function learnerOf({ upstream, model }: Target): Learner {
  return { url: upstream.url, model };
}

function keyOf({ url, model }: Learner): string {
  return `${url} ${model}`;
}
