import { deepStrictEqual as deepEqual } from "node:assert";
import fc from "fast-check";
import type { Delta, StreamEvent } from "../anthropic/message.ts";
import { joinDeltas } from "./join_deltas.ts";

const text = fc.string({ maxLength: 3 });
const delta: fc.Arbitrary<Delta> = fc.oneof(
  text.map((text): Delta => ({ type: "text_delta", text })),
  text.map((thinking): Delta => ({ type: "thinking_delta", thinking })),
  text.map((partial_json): Delta => ({
    type: "input_json_delta",
    partial_json,
  })),
  text.map((signature): Delta => ({ type: "signature_delta", signature })),
);
const event: fc.Arbitrary<StreamEvent> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(1), delta).map(([index, delta]): StreamEvent => (
      { type: "content_block_delta", index, delta }
    )),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<StreamEvent>({ type: "ping" }, {
      type: "content_block_stop",
      index: 0,
    }),
  },
);

/** The kind of an event: deltas of one kind and block may be joined. */
function kindOf(event: StreamEvent): string {
  if (event.type !== "content_block_delta") return JSON.stringify(event);
  return `${event.index} ${event.delta.type}`;
}

/** Events as runs of one kind, each with all its text. */
function runsOf(events: readonly StreamEvent[]): [string, string][] {
  const runs: [string, string][] = [];
  for (const event of events) {
    const kind = kindOf(event);
    const said = event.type === "content_block_delta"
      ? Object.values(event.delta).slice(1).join("")
      : "";
    const last = runs.at(-1);
    if (last?.[0] === kind) last[1] += said;
    else runs.push([kind, said]);
  }
  return runs;
}

Deno.test("joinDeltas() says the same in the same order", () => {
  fc.assert(fc.property(fc.array(event), (events) => {
    deepEqual(runsOf(joinDeltas(events)), runsOf(events));
  }));
});

Deno.test("joinDeltas() makes one delta of those that follow each other", () => {
  const say = (text: string, index = 0): StreamEvent => ({
    type: "content_block_delta",
    index,
    delta: { type: "text_delta", text },
  });
  deepEqual(joinDeltas([say("a"), say("b"), say("c"), say("d", 1)]), [
    say("abc"),
    say("d", 1),
  ]);
  deepEqual(joinDeltas([say("a"), { type: "ping" }, say("b")]), [
    say("a"),
    { type: "ping" },
    say("b"),
  ]);
});
