import type { Lesson } from "./lesson.ts";
import { type Target, withApi } from "./select_target.ts";

/** How long a lesson holds, in milliseconds: upstreams change, too. */
export const LESSON_MS = 24 * 60 * 60 * 1000;

/** The model that something was learned of, and where. */
export interface Learner {
  /** Base URL of the upstream. */
  url: string;
  model: string;
}

/** What is known of a model. */
export interface Learned {
  /** In the order they were learned: the later ones build on the earlier. */
  lessons: readonly Lesson[];
  /** When all of it is forgotten, in epoch milliseconds. */
  expiresAt: number;
}

/** What was learned of upstreams and models while the program runs. */
export class Lessons {
  readonly #now: () => number;
  readonly #learned = new Map<string, Learned>();

  /** @param now Epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A target with all that has been learned of it. */
  apply(target: Target): Target {
    const { lessons } = this.of(learnerOf(target)) ?? {};
    if (!lessons) return target;
    // First of all which API it is: what else was learned is kept for that.
    const api = lessons.findLast(({ api }) => api !== undefined)?.api;
    const asked = api ? withApi(target, api) : target;
    return lessons.reduce(
      (target, { api: _, ...lesson }) => withLesson(target, lesson),
      asked,
    );
  }

  /** Keeps a lesson for the requests to come, if it holds for them. */
  remember(target: Target, lesson: Lesson): void {
    if (lesson.isOfRequest) return;
    const learner = learnerOf(target);
    const known = this.of(learner)?.lessons ?? [];
    // Requests that were under way together all learn the same.
    const others = known.filter(({ what }) => what !== lesson.what);
    const lessons = [...others, lesson];
    const expiresAt = this.#now() + LESSON_MS;
    this.#learned.set(keyOf(learner), { lessons, expiresAt });
  }

  /** What has been learned of a model and holds still. */
  of(learner: Learner): Learned | undefined {
    const learned = this.#learned.get(keyOf(learner));
    return learned && learned.expiresAt > this.#now() ? learned : undefined;
  }

  /** Adds what others have learned, or this program before it was restarted. */
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

/** A target that a lesson has been drawn from. */
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

/** Whom a lesson about a target is of. */
export function learnerOf({ upstream, model }: Target): Learner {
  return { url: upstream.url, model };
}

function keyOf({ url, model }: Learner): string {
  return `${url} ${model}`;
}
