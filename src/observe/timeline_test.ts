import { deepStrictEqual as deepEqual, rejects } from "node:assert";
import { ApiError } from "../anthropic/errors.ts";
import { Timeline } from "./timeline.ts";

/** A timeline on which every reading of the clock takes a millisecond. */
function start(): Timeline {
  let now = 0;
  return new Timeline(() => now++);
}

Deno.test("Timeline.translating() notes each time, of failures too", async () => {
  const timeline = start();
  const translate = timeline.translating((text: string) => {
    if (text === "bad") throw new Error("no");
    return text.length;
  });
  deepEqual(await translate("four"), 4);
  await rejects(translate("bad"), /no/);
  deepEqual(timeline.translations, [
    { startMs: 0, endMs: 1 },
    { startMs: 2, endMs: 3 },
  ]);
});

Deno.test("Timeline.attempt() notes the first error and the first end", () => {
  const timeline = start();
  const upstream = { name: "up", url: "http://up/v1" };
  const watch = timeline.attempt({ upstream, model: "m" });
  watch.answered(200);
  watch.failed(new ApiError("api_error", "cut off", { status: 502 }));
  watch.ended();
  watch.failed(new ApiError("timeout_error", "later"));
  watch.ended();
  const [attempt] = timeline.attempts;
  deepEqual(attempt?.error, { type: "api_error", status: 502 });
  deepEqual([attempt?.startMs, attempt?.endMs], [0, 1]);
  deepEqual(attempt?.status, 200);
});
