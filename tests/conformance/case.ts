import type { Place } from "./place.ts";

/** Where a case holds: at each place it is run once. */
export type Where =
  /** At every place. */
  | "every"
  /** At every dialect of Chat Completions. */
  | "chat"
  /** At the plain one, since places make no difference to it. */
  | "once"
  /** At those of these names. */
  | readonly string[]
  /** At those whose upstreams are as the case says. */
  | ((place: Place) => boolean);

/** One numbered promise, and how to see whether it is kept. */
export interface Case {
  /** Its number, e.g. `R7`. */
  id: string;
  /** What is promised, in a line. */
  title: string;
  at: Where;
  /** Why what is promised here differs from what one would expect. */
  byDesign?: string;
  /** A test elsewhere that shows more of it: with a real client, or for longer. */
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
