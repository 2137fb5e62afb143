import { deepStrictEqual as deepEqual } from "node:assert";
import { holdMessages } from "./serving_scope.ts";

Deno.test("holdMessages() hands on what came early, once and in its order", () => {
  const scope = new EventTarget();
  const say = (data: string) =>
    scope.dispatchEvent(new MessageEvent("message", { data }));
  const release = holdMessages(scope);
  say("a");
  say("b");
  const heard: unknown[] = [];
  scope.addEventListener("message", (event) => {
    if (event instanceof MessageEvent) heard.push(event.data);
  });
  release();
  say("c");
  deepEqual(heard, ["a", "b", "c"]);
});
