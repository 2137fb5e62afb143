import { deepStrictEqual as deepEqual, ok } from "node:assert";
import { placesOf } from "./case.ts";
import { CASES, GROUPS } from "./cases.ts";
import { PLACES } from "./places.ts";
import { TABLE_URL } from "./table.ts";

Deno.test("every case has its number, and somewhere to hold", () => {
  deepEqual(
    CASES.map(({ id }) => id),
    GROUPS.flatMap(([letter, , count]) =>
      Array.from({ length: count }, (_, n) => `${letter}${n + 1}`)
    ),
  );
  for (const one of CASES) ok(placesOf(one, PLACES).length > 0, one.id);
});

Deno.test("conformance.md lists every case and every dialect", async () => {
  const table = await Deno.readTextFile(TABLE_URL);
  const listed = [...table.matchAll(/^\| ([RNSECPA]\d+) +\|/gm)];
  deepEqual(listed.map(([, id]) => id), CASES.map(({ id }) => id));
  for (const { name } of PLACES) ok(table.includes(` ${name} `));
});
