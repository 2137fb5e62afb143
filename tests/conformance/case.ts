import type { Place } from "./place.ts";

/** Where a case applies: it is run once at each place. */
export type Where =
  /** At every place. */
  | "every"
  /** At every Chat Completions dialect. */
  | "chat"
  /** At the plain one, since the place makes no difference. */
  | "once"
  /** At the places with these names. */
  | readonly string[]
  /** At those whose upstreams meet the condition. */
  | ((place: Place) => boolean);

/** One numbered promise, and how to check that it is kept. */
export interface Case {
  /** Its number, e.g. `R7`. */
  id: string;
  /** The promise, in one line. */
  title: string;
  at: Where;
  /** Why the promise differs from what one would expect. */
  byDesign?: string;
  /** A test elsewhere that shows more: with a real client, or for longer. */
  shownBy?: string;
  /** @throws {AssertionError} if the promise is broken. */
  run(place: Place): Promise<void>;
}

/** The places at which a case is run. */
export function placesOf({ at }: Case, places: readonly Place[]): Place[] {
  return places.filter((place) => {
    const { name, api } = place;
    if (at === "every") return true;
    if (at === "chat") return api === "chat";
    if (at === "once") return name === "plain";
    return typeof at === "function" ? at(place) : at.includes(name);
  });
}
