import type { Lesson } from "./lesson.ts";
import type { Target } from "./select_target.ts";

/** How long a lesson holds, in milliseconds: upstreams change, too. */
const LESSON_MS = 24 * 60 * 60 * 1000;

/** What was learned of upstreams and models while the program runs. */
export class Lessons {
  readonly #now: () => number;
  readonly #learned = new Map<
    string,
    { lessons: Lesson[]; expiresAt: number }
  >();

  /** @param now Epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A target with all that has been learned of it. */
  apply(target: Target): Target {
    const learned = this.#learned.get(keyOf(target));
    if (!learned || learned.expiresAt <= this.#now()) return target;
    return learned.lessons.reduce(withLesson, target);
  }

  /** Keeps a lesson for the requests to come. */
  remember(target: Target, lesson: Lesson): void {
    const key = keyOf(target);
    const known = this.#learned.get(key);
    const isOver = !known || known.expiresAt <= this.#now();
    // Requests that were under way together all learn the same.
    const others = isOver
      ? []
      : known.lessons.filter(({ what }) => what !== lesson.what);
    const lessons = [...others, lesson];
    const expiresAt = this.#now() + LESSON_MS;
    this.#learned.set(key, { lessons, expiresAt });
  }
}

/** A target that a lesson has been drawn from. */
export function withLesson(
  target: Target,
  { capabilities, maxOutputTokens }: Lesson,
): Target {
  return {
    ...target,
    capabilities: { ...target.capabilities, ...capabilities },
    limits: maxOutputTokens === undefined
      ? target.limits
      : { ...target.limits, maxOutputTokens },
  };
}

function keyOf({ upstream, model }: Target): string {
  return `${upstream.url} ${model}`;
}
