import { strictEqual as equal } from "node:assert";
import { openStore } from "../../tests/store_site.ts";
import { createBreakerHints } from "./breaker_hints.ts";

const LANE = { url: "https://u/v1", model: "m", seed: 7 };

/** Hints of two instances with a manual clock. */
function setUp() {
  let now = 1_000_000;
  const clock = () => now;
  const open = () => Deno.openKv(":memory:");
  const { store, ...rest } = openStore({ open, now: clock });
  return {
    store,
    ours: createBreakerHints({ store, now: clock }),
    theirs: createBreakerHints({ store, now: clock }),
    later: (ms: number) => void (now += ms),
    [Symbol.asyncDispose]: rest[Symbol.asyncDispose],
  };
}

Deno.test("createBreakerHints() tells another instance how long a breaker is open, and no longer", async () => {
  await using place = setUp();
  const { ours, theirs, later } = place;
  equal(await theirs.openMs(LANE), 0);
  ours.opened(LANE, 5_000.4);
  later(2_000);
  equal(await theirs.openMs(LANE), 3_001);
  later(3_001);
  equal(await theirs.openMs(LANE), 0);
});

Deno.test("createBreakerHints() speaks of one upstream, model and key", async () => {
  await using place = setUp();
  const { ours, theirs } = place;
  ours.opened(LANE, 5_000);
  equal(await theirs.openMs({ ...LANE, url: "https://v/v1" }), 0);
  equal(await theirs.openMs({ ...LANE, model: "n" }), 0);
  equal(await theirs.openMs({ ...LANE, seed: 8 }), 0);
});

Deno.test("createBreakerHints() takes its word back when a breaker closes", async () => {
  await using place = setUp();
  const { ours, theirs } = place;
  ours.opened(LANE, 5_000);
  theirs.closed(LANE);
  equal(await ours.openMs(LANE), 0);
});
