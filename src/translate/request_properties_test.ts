import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import {
  aRequest,
  aTarget,
  image,
  text,
  toolResult,
  toolUse,
} from "../../tests/builders.ts";
import { ApiError } from "../anthropic/errors.ts";
import type { ChatMessage, ChatRequest } from "../openai/chat.ts";
import { Notices } from "./notices.ts";
import { translateRequest } from "./request.ts";

/**
 * Ids that repeat, that upstreams refuse, or that look like our replacements.
 */
const ids = fc.constantFrom("T", "T_2", "T_3", "f.Bash:0", "x".repeat(50), "");
const words = fc.constantFrom("", " ", "a", "b\n\nc", "é🙂");
const textBlock = words.map(text);
const result = fc.tuple(
  ids,
  fc.oneof(words, fc.array(fc.oneof(textBlock, fc.constant(image())))),
  fc.boolean(),
).map(([id, content, is_error]) => toolResult(id, content, { is_error }));
const use = fc.tuple(
  ids,
  fc.constantFrom("Bash", "n".repeat(90)),
  fc.jsonValue(),
)
  .map(([id, name, input]) => toolUse(id, name, input));
const thinking = words.map((thinking) => ({
  type: "thinking",
  thinking,
  signature: "EqQB",
}));
const unknown = fc.constantFrom({ type: "container_upload" }, {
  type: "redacted_thinking",
  data: "x",
});
const userTurn = fc.record({
  role: fc.constant("user"),
  content: fc.oneof(
    words,
    fc.array(fc.oneof(textBlock, result, fc.constant(image()), unknown)),
  ),
});
const systemTurn = fc.record({
  role: fc.constant("system"),
  content: fc.oneof(words, fc.array(textBlock)),
});
const assistantTurn = fc.record({
  role: fc.constant("assistant"),
  content: fc.oneof(
    words,
    fc.array(fc.oneof(textBlock, use, thinking, unknown)),
  ),
});
/** A turn of the model that leaves something to send. */
const tellingTurn = fc.record({
  role: fc.constant("assistant"),
  content: fc.array(fc.oneof(textBlock, use, thinking)).map((blocks) => [
    ...blocks,
    text("said"),
  ]),
});
const capabilities = fc.record({
  laterSystem: fc.constantFrom("in place" as const, "reminder" as const),
  textParts: fc.boolean(),
  images: fc.boolean(),
  jsonSchema: fc.boolean(),
  reasoningField: fc.constantFrom(
    ...([null, "reasoning_content", "reasoning_details", "content"] as const),
  ),
  callIds: fc.constantFrom("any" as const, "9 characters" as const),
  callSignatures: fc.constantFrom(null, "filled" as const, "dummy" as const),
  schemas: fc.constantFrom("full" as const, "flat" as const, "subset" as const),
  toolChoice: fc.constantFrom("full" as const, "any" as const, "auto" as const),
  reasoningRequired: fc.boolean(),
});

function translate(
  fields: Record<string, unknown>,
  given: Parameters<typeof aTarget>[0],
): ChatRequest {
  const notices = new Notices();
  const context = { target: aTarget(given), inputTokens: 10, notices };
  return translateRequest(aRequest(fields), context);
}

/** The translation, or `null` if it was refused for a permitted reason. */
function tryTranslate(...given: Parameters<typeof translate>) {
  try {
    return translate(...given);
  } catch (error) {
    ok(error instanceof ApiError, String(error));
    equal(error.type, "invalid_request_error");
    return null;
  }
}

/** What every Chat Completions server requires. */
function checkHistory(messages: readonly ChatMessage[]) {
  const seen = new Set<string>();
  let open: string[] = [];
  let last: string | undefined;
  for (const message of messages) {
    if (message.role === "tool") {
      equal(message.tool_call_id, open.shift(), "results follow their calls");
      notEqual(message.content, "");
      last = "tool";
      continue;
    }
    deepEqual(open, [], "every call has its result");
    if (message.role === "user" || message.role === "assistant") {
      notEqual(message.role, last, "the sides take turns");
      ok(message.content === null || message.content.length > 0);
    }
    if (message.role === "assistant") {
      open = (message.tool_calls ?? []).map(({ id }) => id);
      for (const id of open) {
        ok(!seen.has(id) && /^[\w-]{1,40}$/.test(id), id);
        seen.add(id);
      }
    }
    last = message.role;
  }
  notEqual(last, "assistant");
  ok(messages.length > 0);
}

Deno.test("translateRequest() translates every conversation to one upstreams take, or refuses it", () => {
  const turns = fc.oneof(userTurn, systemTurn, assistantTurn);
  fc.assert(
    fc.property(
      fc.array(turns, { minLength: 1, maxLength: 10 }),
      capabilities,
      (messages, given) => {
        const chat = tryTranslate({ messages }, given);
        if (chat) checkHistory(chat.messages);
        else equal(messages.at(-1)?.role, "assistant");
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("translateRequest() translates every choice of fields, or refuses it", () => {
  const tool = fc.record({
    name: fc.constantFrom("Bash", "n".repeat(90), "a.b"),
    input_schema: fc.dictionary(
      fc.constantFrom("type", "properties", "required", "$schema"),
      fc.jsonValue(),
    ),
    strict: fc.option(fc.boolean()),
    defer_loading: fc.option(fc.boolean()),
    type: fc.constantFrom(
      null,
      "custom",
      "bash_20250124",
      "web_search_20260318",
    ),
  });
  const fields = fc.record({
    system: fc.option(fc.oneof(words, fc.array(textBlock))),
    tools: fc.option(fc.array(tool, { maxLength: 4 })),
    tool_choice: fc.option(fc.record({
      type: fc.constantFrom("auto", "any", "tool", "none"),
      name: fc.constantFrom("Bash", "Other"),
    })),
    stream: fc.option(fc.boolean()),
    max_tokens: fc.nat(),
    temperature: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    thinking: fc.option(fc.record({ type: fc.constantFrom("enabled", "new") })),
    metadata: fc.option(fc.record({ user_id: fc.option(fc.json()) })),
  }, { requiredKeys: [] });
  fc.assert(fc.property(fields, capabilities, (fields, given) => {
    const chat = tryTranslate(fields, given);
    if (!chat) return;
    equal("tools" in chat && chat.tools?.length === 0, false);
    if ("tool_choice" in chat) ok(chat.tools);
    for (const { function: { parameters } } of chat.tools ?? []) {
      equal(parameters.type, "object");
    }
  }));
});

Deno.test("translateRequest() keeps a prefix's bytes from turn to turn (R7)", () => {
  const turns = fc.oneof(userTurn, systemTurn, tellingTurn);
  fc.assert(
    fc.property(
      fc.array(turns, { maxLength: 10 }),
      capabilities,
      (middle, given) => {
        const start = { role: "user", content: "q" };
        const messages = [start, ...middle, start];
        const all = translate({ messages }, given).messages.map(toBytes);
        messages.forEach(({ role }, n) => {
          if (role !== "assistant" || messages[n - 1]?.role === role) return;
          const first = translate({ messages: messages.slice(0, n) }, given)
            .messages.map(toBytes);
          deepEqual(all.slice(0, first.length), first);
        });
      },
    ),
    { numRuns: 300 },
  );
});

const toBytes = (message: ChatMessage) => JSON.stringify(message);

Deno.test("translateRequest() gives the same bytes for the same request", () => {
  const turns = fc.oneof(userTurn, systemTurn, tellingTurn);
  fc.assert(fc.property(
    fc.array(turns, { maxLength: 6 }),
    capabilities,
    (middle, given) => {
      const messages = [...middle, { role: "user", content: "q" }];
      const fields = { messages, system: "S" };
      equal(
        JSON.stringify(translate(fields, given)),
        JSON.stringify(translate(structuredClone(fields), given)),
      );
    },
  ));
});
