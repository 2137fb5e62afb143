import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { targetAt } from "../../tests/builders.ts";
import { openStore } from "../../tests/store_site.ts";
import { plain } from "../dialects/plain.ts";
import { toTarget } from "../models/select_target.ts";
import { KeptLessons } from "./kept_lessons.ts";
import { LESSONS, lessonsKey } from "./keys.ts";
import type { Store } from "./store.ts";

const HOUR_MS = 3_600_000;
const target = targetAt(plain, "a");
const key = lessonsKey(target.upstream.url, "a");
const noSampling = { what: "no sampling", capabilities: { sampling: false } };
const short = { what: "short", maxOutputTokens: 100 };

/** Several instances on one store. */
function openInstances() {
  const clock = { now: Date.now() };
  const now = () => clock.now;
  const opened = openStore({ open: () => Deno.openKv(":memory:"), now });
  return {
    clock,
    store: opened.store,
    start: (given: Partial<Store> = {}) =>
      new KeptLessons({ store: { ...opened.store, ...given }, now }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

Deno.test("KeptLessons are there after a restart, for the day they hold", async () => {
  await using site = openInstances();
  const before = site.start();
  before.remember(target, noSampling);
  before.remember(target, short);
  equal(before.apply(target).capabilities.sampling, false);
  const after = site.start();
  equal(after.apply(target).capabilities.sampling, true);
  await after.load();
  equal(after.apply(target).capabilities.sampling, false);
  deepEqual(after.apply(target).limits, { maxOutputTokens: 100 });
  const other = targetAt(plain, "b");
  equal(after.apply(other), other);
  site.clock.now += 24 * HOUR_MS;
  equal(after.apply(target), target);
  await after.load();
  equal(after.apply(target), target);
});

Deno.test("KeptLessons take over within a minute what others have learned", async () => {
  await using site = openInstances();
  let looking: Promise<unknown> | null = null;
  const list: Store["list"] = (...args) => {
    const listed = site.store.list(...args);
    looking = listed;
    return listed;
  };
  const one = site.start();
  const other = site.start({ list });
  await other.load();
  one.remember(target, noSampling);
  looking = null;
  site.clock.now += 59_999;
  equal(other.apply(target).capabilities.sampling, true);
  equal(looking, null);
  site.clock.now += 1;
  equal(other.apply(target).capabilities.sampling, true);
  await looking;
  equal(other.apply(target).capabilities.sampling, false);
});

Deno.test("KeptLessons keep beside their own what others learned of the model", async () => {
  await using site = openInstances();
  const [one, other] = [site.start(), site.start()];
  one.remember(target, noSampling);
  await other.load();
  other.remember(target, short);
  const third = site.start();
  await third.load();
  equal(third.apply(target).capabilities.sampling, false);
  deepEqual(third.apply(target).limits, { maxOutputTokens: 100 });
});

Deno.test("KeptLessons learn nothing of what other versions wrote", async () => {
  await using site = openInstances();
  const expiresAt = site.clock.now + HOUR_MS;
  for (
    const foreign of [
      "text",
      { expiresAt, lessons: [{ capabilities: { sampling: false } }] },
      { expiresAt, lessons: [{ what: "x", capabilities: { unheard: 1 } }] },
      { expiresAt, lessons: [{ what: "x", maxOutputTokens: -1 }] },
      { lessons: [noSampling] },
    ]
  ) {
    site.store.put(key, foreign, { ttlMs: HOUR_MS });
    site.store.put([...LESSONS, 1, 2], foreign, { ttlMs: HOUR_MS });
    const lessons = site.start();
    await lessons.load();
    equal(lessons.apply(target), target, JSON.stringify(foreign));
  }
});

Deno.test("KeptLessons keep which API a model is asked in", async () => {
  await using site = openInstances();
  const auto = toTarget({ ...target.upstream, api: "auto" }, "a");
  await site.start().remember(auto, { what: "moved", api: "responses" });
  const after = site.start();
  await after.load();
  equal(after.apply(auto).api, "responses");
});
