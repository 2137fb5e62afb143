import { placesOf } from "./case.ts";
import { CASES, type Group } from "./cases.ts";
import { PLACES } from "./places.ts";

/** Creates a test for every case of some groups, with a step per dialect. */
export function registerCases(...groups: Group[]): void {
  for (const one of CASES) {
    if (!groups.some((group) => one.id.startsWith(group))) continue;
    Deno.test(`${one.id}: ${one.title}`, { timeout: 20_000 }, async (t) => {
      for (const place of placesOf(one, PLACES)) {
        await t.step(`at ${place.name}`, () => one.run(place));
      }
    });
  }
}
