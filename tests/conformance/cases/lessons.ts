/**
 * Refusals that teach: the request is changed and resent at once, and later
 * ones are right from the start. Then what all errors have in common.
 *
 * @module
 */
import { match, ok, strictEqual as equal } from "node:assert";
import type { Exchange } from "../../../src/demo/exchange.ts";
import {
  json,
  openaiError,
  refusal,
  type Reply,
} from "../../../src/demo/replies.ts";
import type { ChatRequest } from "../../../src/openai/chat.ts";
import { assistant, text, toolResult, toolUse, user } from "../../builders.ts";
import { postMessages } from "../../support.ts";
import type { Case } from "../case.ts";
import type { AskOptions, Fields, Place } from "../place.ts";
import { completion, SAID, tool, wordsOf } from "../wire.ts";

/** What an upstream does not accept, and how it says so. */
interface Quirk {
  refuses: (body: ChatRequest, api: Exchange["api"]) => boolean;
  body: unknown;
}

/**
 * Asks an upstream with a quirk twice: the first request is changed and resent,
 * the second is right at once. Returns what was accepted.
 */
async function learned(
  place: Place,
  { refuses, body }: Quirk,
  fields: Fields,
  options: AskOptions = {},
): Promise<ChatRequest> {
  const script = (exchange: Exchange): Reply =>
    refuses(exchange.body, exchange.api) ? refusal(400, body) : SAID(exchange);
  await using proxy = place.open(script, options);
  for (const expected of [2, 3]) {
    const response = await postMessages(proxy, fields);
    equal(response.status, 200, await response.text());
    equal(proxy.upstream.exchanges.length, expected);
  }
  const accepted = proxy.upstream.exchanges[1]?.body;
  ok(accepted);
  return accepted;
}

const LATER = [
  { role: "user", content: "q" },
  { role: "system", content: "S2" },
];

/** A finished tool loop, with thinking that no signature carries. */
const LOOP = [
  user(text("q")),
  assistant(toolUse("toolu_1")),
  user(toolResult("toolu_1", "r")),
];

export const LESSON_CASES: readonly Case[] = [
  {
    id: "E3",
    title: "prompt and answer together too long: a shorter answer is asked for",
    at: "every",
    async run(place) {
      const words =
        "This model's maximum context length is 8192 tokens. However, you requested 7000 output tokens and your prompt contains at least 2000 input tokens, for a total of at least 9000 tokens.";
      const tooLong = ({ body }: Exchange) =>
        Number(body.max_tokens ?? body.max_completion_tokens) > 6_192;
      await using proxy = place.open((exchange) =>
        tooLong(exchange)
          ? refusal(400, openaiError(words))
          : json(completion({ content: "ok" }))
      );
      const response = await postMessages(proxy, { max_tokens: 7_000 });
      equal(response.status, 200, await response.text());
      const asked = proxy.upstream.exchanges.map(({ body }) =>
        body.max_tokens ?? body.max_completion_tokens
      );
      equal(asked.length, 2);
      equal(asked[0], 7_000);
      const shorter = Number(asked[1]);
      ok(shorter > 0 && shorter <= 6_192, `${shorter}`);
    },
  },
  {
    id: "E15",
    title: "an upstream that wants max_completion_tokens gets it",
    at: ({ capabilities }) => capabilities.maxTokensField === "max_tokens",
    async run(place) {
      const chat = await learned(place, {
        refuses: ({ max_tokens }) => max_tokens !== undefined,
        body: openaiError(
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          { code: "unsupported_parameter", param: "max_tokens" },
        ),
      }, { max_tokens: 50 });
      equal(chat.max_completion_tokens, 50);
    },
  },
  {
    id: "E16",
    title: "an upstream that wants no temperature gets none",
    at: ({ capabilities }) => capabilities.sampling,
    async run(place) {
      const chat = await learned(place, {
        refuses: ({ temperature }) => temperature !== undefined,
        body: openaiError(
          "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
          { code: "unsupported_value", param: "temperature" },
        ),
      }, { temperature: 0.2 });
      equal(chat.temperature, undefined);
    },
  },
  {
    id: "E17",
    title:
      "a model that takes no tools while it reasons is asked by Responses, or not to reason",
    at: ["openai", "responses"],
    async run(place) {
      const isFree = place.api === "responses";
      const environment = isFree ? { UPSTREAM_API: "auto" } : {};
      const model = isFree ? "from-the-future" : "gpt-5.2";
      const chat = await learned(
        place.with(model),
        {
          refuses: ({ tools, reasoning_effort }, api) =>
            api === "chat/completions" && tools !== undefined &&
            reasoning_effort !== "none",
          body: openaiError(
            "Function tools with reasoning_effort are not supported for gpt-5.2 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
            { param: "reasoning_effort" },
          ),
        },
        { tools: [tool("Bash")], output_config: { effort: "high" } },
        {
          environment,
        },
      );
      equal(chat.reasoning_effort, isFree ? undefined : "none");
      equal("instructions" in chat || "include" in chat, isFree);
      ok(chat.tools);
    },
  },
  {
    id: "E18",
    title: "Gemini's missing signature is made up for, once",
    at: ["gemini"],
    async run(place) {
      const signatureOf = (body: ChatRequest) => {
        const { tool_calls } = Object(body.messages[1]);
        return tool_calls[0].extra_content?.google?.thought_signature;
      };
      const first = await place.sent({ messages: LOOP });
      if (signatureOf(first)) return; // added before it is missed
      const chat = await learned(place, {
        refuses: (body) => !signatureOf(body),
        body: [{
          error: {
            code: 400,
            message:
              "Function call is missing a thought_signature in functionCall parts.",
            status: "INVALID_ARGUMENT",
          },
        }],
      }, { messages: LOOP });
      ok(signatureOf(chat));
    },
  },
  {
    id: "E19",
    title: "reasoning that must come back comes back, if only empty",
    at: ["deepseek", "plain"],
    async run(place) {
      const isMissing = ({ messages }: ChatRequest) =>
        messages.some((message) =>
          message.role === "assistant" &&
          message.reasoning_content === undefined
        );
      const messages = LOOP;
      if (place.name === "deepseek") {
        return equal(isMissing(await place.sent({ messages })), false);
      }
      const body = openaiError(
        "The reasoning_content in the thinking mode must be passed back to the API.",
      );
      await learned(place, { refuses: isMissing, body }, { messages });
    },
  },
  {
    id: "E20",
    title: "a strict template gets later system messages as reminders",
    at: ({ capabilities }) => capabilities.laterSystem === "in place",
    async run(place) {
      const chat = await learned(place, {
        refuses: ({ messages }) =>
          messages.some(({ role }, n) =>
            n > 0 && /system|developer/.test(role)
          ),
        body: openaiError("System message must be at the beginning."),
      }, { messages: LATER });
      match(wordsOf(chat.messages.at(-1)), /<system-reminder>\nS2\n/);
    },
  },
  {
    id: "E22",
    title: "every error has its envelope and a request id, in the header too",
    at: "once",
    async run(place) {
      const answers: [Reply, Fields][] = [
        [refusal(500, "broken"), {}],
        [refusal(429, openaiError("slow")), { stream: true }],
        [json({}), { model: undefined }],
      ];
      for (const [answer, fields] of answers) {
        const { body, headers } = await place.refuses(answer, fields);
        equal(body.type, "error");
        match(body.request_id, /^req_\w+$/);
        equal(headers.get("request-id"), body.request_id);
        match(headers.get("content-type") ?? "", /^application\/json/);
      }
    },
  },
  {
    id: "E23",
    title: "an error before the first event is a status line",
    at: "every",
    async run(place) {
      const answer = refusal(400, openaiError("no"));
      const { status, headers } = await place.refuses(answer, { stream: true });
      equal(status, 400);
      match(headers.get("content-type") ?? "", /^application\/json/);
    },
  },
  {
    id: "E24",
    title: "an unknown path or method is a JSON 404",
    at: "once",
    byDesign: "a wrong method is a 404 as well, not a 405",
    async run(place) {
      await using proxy = place.open();
      const asked: [string, string][] = [
        ["POST", "/v1/complete"],
        ["GET", "/v1/messages"],
        ["DELETE", "/nope"],
      ];
      for (const [method, path] of asked) {
        const response = await fetch(`${proxy.url}${path}`, { method });
        const { error } = await response.json();
        equal(response.status, 404, path);
        equal(error.type, "not_found_error");
      }
    },
  },
];
