import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { targetAt } from "../../tests/builders.ts";
import { openai } from "../dialects/openai.ts";
import { plain } from "../dialects/plain.ts";
import { Lessons, withLesson } from "./lessons.ts";
import { toTarget } from "./select_target.ts";

const HOUR_MS = 60 * 60 * 1000;
const noSampling = { what: "no sampling", capabilities: { sampling: false } };

Deno.test("Lessons hold for their upstream and model alone", () => {
  const lessons = new Lessons(() => 0);
  const target = targetAt(plain, "a");
  lessons.remember(target, noSampling);
  equal(lessons.apply(target).capabilities.sampling, false);
  const other = targetAt(plain, "b");
  equal(lessons.apply(other), other);
  const elsewhere = {
    ...target,
    upstream: { ...target.upstream, url: "http://127.0.0.1:1/v1" },
  };
  equal(lessons.apply(elsewhere), elsewhere);
});

Deno.test("Lessons add up", () => {
  const lessons = new Lessons(() => 0);
  const target = targetAt(plain, "a");
  lessons.remember(target, noSampling);
  lessons.remember(target, { what: "short", maxOutputTokens: 100 });
  const { capabilities, limits } = lessons.apply(target);
  equal(capabilities.sampling, false);
  deepEqual(limits, { maxOutputTokens: 100 });
});

Deno.test("Lessons are forgotten after a day, and then learned afresh", () => {
  let now = 0;
  const lessons = new Lessons(() => now);
  const target = targetAt(plain, "a");
  lessons.remember(target, noSampling);
  now = 24 * HOUR_MS - 1;
  equal(lessons.apply(target).capabilities.sampling, false);
  now = 24 * HOUR_MS;
  equal(lessons.apply(target), target);
  lessons.remember(target, { what: "short", maxOutputTokens: 100 });
  equal(lessons.apply(target).capabilities.sampling, true);
});

Deno.test("withLesson() leaves the target it is given as it was", () => {
  const target = targetAt(plain, "a");
  withLesson(target, noSampling);
  equal(target.capabilities.sampling, true);
});

Deno.test("Lessons of one conversation are not kept for others", () => {
  const lessons = new Lessons(() => 0);
  const target = targetAt(plain, "a");
  lessons.remember(target, { ...noSampling, isOfRequest: true });
  equal(lessons.apply(target), target);
});

Deno.test("Lessons keep what was learned of a model when it is asked in another API", () => {
  const lessons = new Lessons(() => 0);
  const upstream = { ...targetAt(openai, "a").upstream, api: "auto" as const };
  const target = toTarget(upstream, "a");
  lessons.remember(target, noSampling);
  lessons.remember(target, { what: "moved", api: "responses" });
  const moved = lessons.apply(target);
  deepEqual([moved.api, moved.capabilities.sampling], ["responses", false]);
  equal(moved.capabilities.webSearch, "tool");
  lessons.remember(target, { what: "moved back", api: "chat" });
  lessons.remember(target, { what: "short", maxOutputTokens: 100 });
  const back = lessons.apply(moved);
  deepEqual([back.api, back.capabilities.sampling], ["chat", false]);
  equal(back.capabilities.webSearch, null);
});
