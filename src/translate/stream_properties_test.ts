import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import {
  answerContext,
  chunk,
  gathered,
  toBlocks,
  toEvents,
  toMessage,
} from "../../tests/builders.ts";
import { ApiError } from "../anthropic/errors.ts";
import type { StreamEvent } from "../anthropic/message.ts";
import type { ChatChunk, ChatDelta, ToolCallDelta } from "../openai/chat.ts";
import { assemble } from "./assemble.ts";
import { decodeSignature } from "./signature.ts";
import { StreamTranslator } from "./stream.ts";

const nothing = fc.constantFrom(null, undefined, "");
const word = fc.oneof(nothing, fc.string({ unit: "grapheme", maxLength: 5 }));
/** Fragments as upstreams send them, and worse. */
const fragment = fc.record({
  index: fc.constantFrom(null, undefined, 0, 1, 2),
  id: fc.constantFrom(null, undefined, "", "a", "b"),
  function: fc.option(fc.record({
    name: fc.constantFrom(null, undefined, "", "Bash", "Re", "ad"),
    arguments: fc.oneof(
      nothing,
      fc.constantFrom("{", "}", '{"a":1}', '"', "null", "x", "[1]"),
      fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }),
    ),
  }, { requiredKeys: [] })),
}, { requiredKeys: [] });
const delta = fc.record({
  content: fc.oneof(
    word,
    fc.array(word.map((text) => ({ type: "text", text }))),
  ),
  refusal: fc.constantFrom(null, undefined, "", "no"),
  reasoning_content: word,
  reasoning: word,
  reasoning_details: fc.option(fc.array(fc.jsonValue(), { maxLength: 2 })),
  tool_calls: fc.option(fc.array(fragment, { maxLength: 3 })),
  function_call: fc.option(fc.constant({ name: "Bash", arguments: "{}" })),
}, { requiredKeys: [] });
const finish = fc.constantFrom(
  null,
  undefined,
  "",
  "stop",
  "length",
  "tool_calls",
  "content_filter",
  "error",
);
const anyChunk = fc.record({
  choices: fc.option(fc.array(
    fc.record({ delta: fc.option(delta), finish_reason: finish }),
    { maxLength: 2 },
  )),
  usage: fc.option(fc.record({ prompt_tokens: fc.nat() })),
}, { requiredKeys: [] });
const context = fc.record({
  thinking: fc.constantFrom(
    "shown" as const,
    "omitted" as const,
    "off" as const,
  ),
  stopSequences: fc.constantFrom([], ["END"], ["a", "", "ab"]),
  singleToolUse: fc.boolean(),
});

Deno.test("StreamTranslator makes one well-nested message of any chunks, or fails", () => {
  fc.assert(
    fc.property(
      fc.array(anyChunk, { maxLength: 12 }),
      context,
      fc.boolean(),
      (chunks, given, sawSentinel) => {
        const translator = new StreamTranslator(answerContext(given));
        const events = chunks.flatMap((chunk) => translator.push(chunk));
        try {
          events.push(...translator.end({ sawSentinel }));
        } catch (error) {
          ok(error instanceof ApiError, String(error));
          return;
        }
        for (const { shell, deltas } of toBlocks(events)) {
          const signatures = deltas.filter(({ type }) =>
            type === "signature_delta"
          );
          equal(signatures.length, shell.type === "thinking" ? 1 : 0);
          if (shell.type === "thinking") {
            equal(deltas.at(-1)?.type, "signature_delta");
          }
          if (shell.type === "text") ok(deltas.length > 0, "no empty text");
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("StreamTranslator gives no event for chunks without content", () => {
  const empty = fc.record({
    content: fc.oneof(nothing, fc.constant<{ type: string }[]>([])),
    refusal: nothing,
    reasoning_content: nothing,
    reasoning: nothing,
    tool_calls: fc.constantFrom<ToolCallDelta[] | null | undefined>(null, []),
    function_call: fc.constant(null),
  }, { requiredKeys: [] });
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.option(empty), finish)),
    context,
    (deltas, given) => {
      const translator = new StreamTranslator(answerContext(given));
      for (const [delta, finish] of deltas) {
        deepEqual(translator.push(chunk(delta, finish ?? null)), []);
      }
    },
  ));
});

/** An intended answer, and one of the ways to stream it. */
interface Answer {
  thinking: string;
  text: string;
  calls: { name: string; input: Record<string, unknown> }[];
  chunks: ChatChunk[];
}

function cut(text: string, at: readonly number[]): string[] {
  const places = [0, ...at.map((n) => n % (text.length + 1)), text.length]
    .toSorted((a, b) => a - b);
  return places.slice(1).map((end, i) => text.slice(places[i], end));
}

const prose = fc.string({ unit: "grapheme" });
const cuts = fc.array(fc.nat(), { maxLength: 4 });
/** Interleaved calls: fragments in turns, each call's own in order. */
const answers = fc.record({
  thinking: prose,
  text: prose,
  calls: fc.array(
    fc.record({
      name: fc.constantFrom("Bash", "Read", "Grep"),
      input: fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()),
    }),
    { maxLength: 4 },
  ),
  cuts,
  order: fc.infiniteStream(fc.nat()),
}).map(({ thinking, text, calls, cuts, order }): Answer => {
  const queues = calls.map(({ name, input }, index) => [
    { index, id: `call_${index}`, function: { name, arguments: "" } },
    ...cut(JSON.stringify(input), cuts)
      .map((text) => ({ index, function: { arguments: text } })),
  ]);
  // Calls begin in order; then a random one continues.
  const fragments: ToolCallDelta[] = queues.flatMap((queue) =>
    queue.splice(0, 1)
  );
  for (let left = queues.filter(({ length }) => length > 0); left.length > 0;) {
    const drawn = left[(order.next().value ?? 0) % left.length];
    fragments.push(...drawn?.splice(0, 1) ?? []);
    left = left.filter(({ length }) => length > 0);
  }
  const deltas: ChatDelta[] = [
    ...cut(thinking, cuts).map((reasoning_content) => ({ reasoning_content })),
    ...cut(text, cuts).map((content) => ({ content })),
    ...fragments.map((fragment) => ({ tool_calls: [fragment] })),
  ];
  const usage = { prompt_tokens: 100, completion_tokens: 20 };
  const chunks = [
    ...deltas.map((delta) => chunk(delta)),
    chunk({}, calls.length > 0 ? "tool_calls" : "stop"),
    { choices: [], usage },
  ];
  return { thinking, text, calls, chunks };
}).filter(({ text, calls }) => text !== "" || calls.length > 0);

const gather = (events: StreamEvent[], type: string) =>
  toBlocks(events).filter(({ shell }) => shell.type === type).map(gathered);

Deno.test("StreamTranslator keeps every text, thought and argument, calls interleaved or not", () => {
  fc.assert(
    fc.property(answers, ({ thinking, text, calls, chunks }) => {
      const events = toEvents(chunks, { thinking: "shown" });
      equal(gather(events, "thinking").join(""), thinking);
      equal(gather(events, "text").join(""), text);
      deepEqual(
        gather(events, "tool_use"),
        calls.map(({ input }) => JSON.stringify(input)),
      );
      const names = toBlocks(events).flatMap(({ shell }) =>
        shell.type === "tool_use" ? shell.name : []
      );
      deepEqual(names, calls.map(({ name }) => name));
    }),
    { numRuns: 300 },
  );
});

Deno.test("a whole completion gives the message its stream would have given", () => {
  fc.assert(
    fc.property(answers, context, (answer, { thinking, stopSequences }) => {
      const given = { thinking, stopSequences };
      const tool_calls = answer.calls.map(({ name, input }, i) => ({
        id: `call_${i}`,
        type: "function",
        function: { name, arguments: JSON.stringify(input) },
      }));
      const completion = {
        choices: [{
          message: {
            content: answer.text,
            reasoning_content: answer.thinking,
            tool_calls,
          },
          finish_reason: tool_calls.length > 0 ? "tool_calls" : "stop",
        }],
        usage: { prompt_tokens: 100, completion_tokens: 20 },
      };
      const streamed = assemble(toEvents(answer.chunks, given));
      const whole = toMessage(completion, answerContext(given));
      deepEqual(readable(streamed), readable(whole));
    }),
    { numRuns: 300 },
  );
});

/** A message with its signatures decoded. */
function readable(message: ReturnType<typeof assemble>) {
  const content = message.content.map((block) =>
    block.type === "thinking"
      ? { ...block, signature: decodeSignature(block.signature) }
      : block
  );
  return { ...message, content };
}
