import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import {
  answerContext,
  aTarget,
  toBlocks,
  toolResult,
  user,
} from "../../tests/builders.ts";
import { validRequest } from "../../tests/fuzz/requests.ts";
import {
  completed,
  event,
  items,
  streamed,
  toInput,
  told,
  whole,
} from "../../tests/responses_builders.ts";
import { ApiError } from "../anthropic/errors.ts";
import type { Message } from "../anthropic/message.ts";
import { refuseUnsupported } from "../anthropic/refusals.ts";
import { parseMessagesRequest } from "../anthropic/request.ts";
import type { ResponsesEvent } from "../openai/responses_events.ts";
import type { InputItem } from "../openai/responses.ts";
import { assemble } from "./assemble.ts";
import { Notices } from "./notices.ts";
import { translateResponsesRequest } from "./responses_request.ts";
import { ResponsesTranslator } from "./responses_stream.ts";
import { decodeSignature } from "./signature.ts";

type Item = Record<string, unknown>;

const word = fc.string({ unit: "grapheme", maxLength: 5 });
const place = fc.constantFrom(0, 1, 2, null, undefined);
const anItem = fc.oneof(
  word.map((text) => items.message(text)),
  fc.array(word, { maxLength: 2 }).map((summary) =>
    items.reasoning("rs_1", ...summary)
  ),
  fc.constantFrom("", "{", "{}", '{"a":1}', "null").map((args) =>
    items.call("Bash", args)
  ),
  fc.constantFrom(
    items.search("q"),
    items.search("q", "https://a.example/"),
    { type: "reasoning" },
    { type: "message" },
    { type: "function_call" },
    { type: "web_search_call" },
    { type: "from_the_future", content: 5 },
  ),
);
const anEvent: fc.Arbitrary<ResponsesEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom("output_item.added", "output_item.done"),
    output_index: place,
    item: anItem,
  }),
  fc.record({
    type: fc.constantFrom(
      "output_text.delta",
      "refusal.delta",
      "function_call_arguments.delta",
      "reasoning_summary_text.delta",
      "reasoning_text.delta",
    ),
    output_index: place,
    content_index: place,
    summary_index: place,
    delta: word,
  }),
  fc.record({
    type: fc.constantFrom("completed", "incomplete"),
    response: fc.record({
      output: fc.option(fc.array(anItem, { maxLength: 3 })),
      usage: fc.option(fc.record({ input_tokens: fc.nat() })),
      incomplete_details: fc.constantFrom(null, {}, {
        reason: "max_output_tokens",
      }),
    }, { requiredKeys: [] }),
  }),
).map(({ type, ...rest }) => event(type, rest));
const context = fc.record({
  thinking: fc.constantFrom(
    "shown" as const,
    "omitted" as const,
    "off" as const,
  ),
  stopSequences: fc.constantFrom([], ["END"], ["a", "", "ab"]),
  singleToolUse: fc.boolean(),
  searchQuery: fc.constantFrom(null, "q"),
});

Deno.test("ResponsesTranslator makes one well-nested message of any events, or fails", () => {
  fc.assert(
    fc.property(
      fc.array(anEvent, { maxLength: 12 }),
      context,
      (list, given) => {
        const translator = new ResponsesTranslator(answerContext(given));
        const events = list.flatMap((event) => translator.push(event));
        try {
          events.push(...translator.end());
        } catch (error) {
          ok(error instanceof ApiError, String(error));
          return;
        }
        for (const { shell, deltas } of toBlocks(events)) {
          const signatures = deltas.filter(({ type }) =>
            type === "signature_delta"
          );
          equal(signatures.length, shell.type === "thinking" ? 1 : 0);
          if (shell.type === "text") ok(deltas.length > 0, "no empty text");
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

/** An intended answer, and one of the ways to stream it. */
interface Answer {
  output: Item[];
  events: ResponsesEvent[];
}

function cut(text: string, at: readonly number[]): string[] {
  const places = [0, ...at.map((n) => n % (text.length + 1)), text.length]
    .toSorted((a, b) => a - b);
  return places.slice(1).map((end, i) => text.slice(places[i], end));
}

const prose = fc.string({ unit: "grapheme", minLength: 1 })
  .map((text) => `a${text}`);
const phase = fc.constantFrom(undefined, "commentary", "final_answer");
const output = fc.array(
  fc.oneof(
    fc.tuple(prose, phase).map(([text, phase]) =>
      items.message(text, phase ? { phase } : {})
    ),
    fc.array(prose, { maxLength: 2 }).map((summary) =>
      items.reasoning("", ...summary)
    ),
    fc.tuple(
      fc.constantFrom("Bash", "Read"),
      fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()),
    ).map(([name, input]) => items.call(name, JSON.stringify(input))),
  ),
  { minLength: 1, maxLength: 6 },
).map((output) =>
  output.map((item, n): Item =>
    item.type === "reasoning" ? { ...item, id: `rs_${n}` } : item
  )
).filter((output) => output.some(({ type }) => type !== "reasoning"));

/** An item's text; of a summary, its first part. */
function textOf(item: Item): string {
  const { content, summary, arguments: args } = Object(item);
  return args ?? summary?.[0]?.text ?? content?.[0]?.text ?? "";
}

const answers: fc.Arbitrary<Answer> = fc.record({
  output,
  cuts: fc.array(fc.nat(), { maxLength: 4 }),
  streams: fc.array(fc.boolean()),
}).map(({ output, cuts, streams }) => ({
  output,
  events: [
    // A summary of several parts is complete only in the item's last event.
    ...output.flatMap((item, n) =>
      streamed(
        n,
        item,
        streams[n] || Object(item).summary?.length > 1
          ? []
          : cut(textOf(item), cuts),
      )
    ),
    completed(output),
  ],
}));

/** A message with its signatures decoded. */
function readable(message: Message) {
  const content = message.content.map((block) =>
    block.type === "thinking"
      ? { ...block, signature: decodeSignature(block.signature) }
      : block
  );
  return { ...message, content };
}

Deno.test("a whole response gives the message its stream would have given", () => {
  fc.assert(
    fc.property(answers, context, ({ output, events }, given) => {
      deepEqual(
        readable(assemble(told(events, given))),
        readable(assemble(told(whole(...output), given))),
      );
    }),
    { numRuns: 300 },
  );
});

/** The content of items, without ids that mean nothing. */
function said(items: readonly (Item | InputItem)[]): unknown[] {
  return items.map((item) => {
    const { type, content, phase, name, arguments: args } = Object(item);
    if (type === "reasoning") return item;
    return { type, text: content?.[0].text, phase, name, args };
  });
}

Deno.test("an answer goes back as it came: every text, call and thought, in order and unchanged (P2, P3)", () => {
  fc.assert(
    fc.property(
      answers,
      fc.constantFrom("shown" as const, "omitted" as const),
      ({ output, events }, thinking) => {
        const { content } = assemble(told(events, { thinking }));
        const results = content.flatMap((block) =>
          block.type === "tool_use" ? [toolResult(block.id, "r")] : []
        );
        const [question, ...input] = toInput([
          user({ type: "text", text: "q" }),
          { role: "assistant", content },
          user(...results, { type: "text", text: "go on" }),
        ]);
        equal(question?.type, "message");
        // Trailing reasoning, with no item after it, is dropped.
        const end = output.findLastIndex(({ type }) => type !== "reasoning");
        const given = output.slice(0, end + 1);
        deepEqual(said(input.slice(0, given.length)), said(given));
      },
    ),
    { numRuns: 500 },
  );
});

/** What the API requires and types cannot express. */
function checkInput(input: readonly InputItem[]) {
  const open = new Set<string>();
  const seen = new Set<string>();
  const once = (id: string) => {
    ok(!seen.has(id), id);
    seen.add(id);
  };
  for (const [n, item] of input.entries()) {
    switch (item.type) {
      case "function_call":
        once(item.call_id);
        open.add(item.call_id);
        ok(/^[\w-]{1,64}$/.test(item.name), item.name);
        JSON.parse(item.arguments);
        break;
      case "function_call_output":
        ok(open.delete(item.call_id), "an output after its call");
        ok(item.output.length > 0);
        break;
      case "reasoning": {
        once(item.id);
        const next = input[n + 1];
        ok(next && next.type !== "function_call_output", "its item follows");
        break;
      }
      case "message":
        if (item.role === "assistant") once(item.id);
        ok(item.content.length > 0);
    }
  }
  equal(open.size, 0, "every call has its output");
  ok(input.length > 0);
}

Deno.test("translateResponsesRequest() translates every valid request, or refuses it", () => {
  fc.assert(
    fc.property(
      validRequest,
      fc.constantFrom("tool" as const, null),
      fc.boolean(),
      (body, webSearch, reasoningBack) => {
        try {
          const request = parseMessagesRequest(body);
          refuseUnsupported(request);
          const translated = translateResponsesRequest(request, {
            target: aTarget({ webSearch, reasoningBack, schemas: "flat" }),
            inputTokens: 10,
            notices: new Notices(),
          });
          checkInput(translated.input);
          if (translated.tool_choice) ok(translated.tools?.length);
          ok(translated.max_output_tokens >= 16);
        } catch (error) {
          ok(error instanceof ApiError, String(error));
          equal(error.type, "invalid_request_error");
        }
      },
    ),
    { numRuns: 500 },
  );
});
