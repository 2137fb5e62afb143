import { deepStrictEqual as deepEqual } from "node:assert";
import { modelsRoute } from "./models.ts";

/** A page of the models `1` to `5`: its ids, and whether there are more. */
async function page(query: string) {
  const to = ["1", "2", "3", "4", "5"]
    .map((model) => ({ upstream: "only", model }));
  const route = modelsRoute({
    table: { upstreams: ["only"], rows: [{ match: "*", to, longer: [] }] },
    chooseTargets: () => ({ targets: [], answers() {}, fails() {} }),
  });
  const response = await route.request(`/v1/models?${query}`);
  const { first_id, last_id, has_more } = await response.json();
  return [first_id, last_id, has_more];
}

Deno.test("modelsRoute() pages on after an id, and back before one", async () => {
  const ids = ["anthropic/1", "anthropic/2", "anthropic/3", "anthropic/4"];
  const [one, two, three, four] = ids;
  deepEqual(await page("limit=2"), [one, two, true]);
  deepEqual(await page(`limit=2&after_id=${two}`), [three, four, true]);
  deepEqual(await page(`limit=2&before_id=${four}`), [two, three, true]);
  deepEqual(await page(`limit=2&before_id=${two}`), [one, one, false]);
});
