import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import type { StreamEvent } from "../anthropic/message.ts";
import { EventEncoder, toJson } from "./event_encoder.ts";

const decoder = new TextDecoder();

/** Text of any language, lone surrogates included. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", '"', "\\", "\n\u2028\0", "\ud83e", "\udd95\ud83e"),
);
const event: fc.Arbitrary<StreamEvent> = fc.oneof(
  fc.record({
    type: fc.constant("content_block_delta" as const),
    index: fc.nat(),
    delta: fc.oneof(
      fc.record({ type: fc.constant("text_delta" as const), text }),
      fc.record({
        type: fc.constant("thinking_delta" as const),
        thinking: text,
      }),
      fc.record({
        type: fc.constant("input_json_delta" as const),
        partial_json: text,
      }),
      fc.record({
        type: fc.constant("signature_delta" as const),
        signature: text,
      }),
    ),
  }),
  fc.record({
    type: fc.constant("content_block_stop" as const),
    index: fc.nat(),
  }),
  fc.constant({ type: "ping" as const }),
);

Deno.test("toJson() writes what JSON.stringify() would", () => {
  fc.assert(
    fc.property(event, (event) => equal(toJson(event), JSON.stringify(event))),
    { numRuns: 1_000 },
  );
});

Deno.test("EventEncoder keeps what it has given as it was, whatever comes after", () => {
  const large = fc.integer({ min: 0, max: 9_000 }).map((n): StreamEvent => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text: "漢".repeat(n) },
  }));
  const reads = fc.array(fc.array(fc.oneof(event, large), { maxLength: 3 }));
  fc.assert(fc.property(reads, (reads) => {
    const encoder = new EventEncoder();
    const pieces = reads.map((events) => encoder.encode(events));
    const written = reads.map((events) =>
      events.map((event) =>
        `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
      ).join("")
    );
    deepEqual(pieces.map((bytes) => decoder.decode(bytes)), written);
  }));
});
