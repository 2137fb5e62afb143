import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { azure } from "../dialects/azure.ts";
import { plain } from "../dialects/plain.ts";
import { parseFailure } from "../openai/errors.ts";
import { toApiLesson } from "./api_lesson.ts";
import { withLesson } from "./lessons.ts";
import { type Target, toTarget, type UpstreamApi } from "./select_target.ts";

function targetOf(api: UpstreamApi, dialect = plain): Target {
  const upstream = { name: "host", url: "https://host/v1", keys: [], dialect };
  return toTarget({ ...upstream, api }, "my-model");
}

/** What a refusal teaches about the API. */
function learn(status: number, message: string, target: Target) {
  const failure = parseFailure(JSON.stringify({ error: { message } }));
  return toApiLesson({ status, failure }, target);
}

const TO_RESPONSES = [
  "Function tools with reasoning_effort are not supported for gpt-5.6-terra in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
  "This model is only supported in v1/responses and not in v1/chat/completions.",
];

const NO_RESPONSES: [number, string][] = [
  [404, "Not Found"],
  [404, "Invalid URL (POST /v1/responses)"],
  [404, "Resource not found"],
  [405, "Method Not Allowed"],
  [
    400,
    "Azure OpenAI Responses API is enabled only for api-version 2025-03-01-preview and later",
  ],
];

for (const words of TO_RESPONSES) {
  Deno.test(`toApiLesson() turns to Responses for "${words.slice(0, 40)}…" (E17)`, () => {
    const chat = targetOf("auto");
    const lesson = learn(400, words, chat);
    equal(lesson && withLesson(chat, lesson).api, "responses");
    equal(learn(400, words, targetOf("chat")), null);
    equal(learn(400, words, targetOf("responses")), null);
  });
}

for (const [status, words] of NO_RESPONSES) {
  Deno.test(`toApiLesson() turns back for ${status} "${words.slice(0, 40)}", for good`, () => {
    const chat = targetOf("auto");
    const responses = withLesson(chat, { what: "", api: "responses" });
    const lesson = learn(status, words, responses);
    const back = lesson && withLesson(responses, lesson);
    equal(back?.api, "chat");
    for (const again of TO_RESPONSES) {
      equal(back && learn(400, again, back), null);
    }
    equal(learn(status, words, targetOf("responses")), null);
  });
}

Deno.test("toApiLesson() does not take a missing model for a missing API", () => {
  const chat = targetOf("auto", azure);
  const responses = withLesson(chat, { what: "", api: "responses" });
  for (
    const words of [
      "The model `my-model` does not exist",
      "The API deployment for this resource does not exist.",
    ]
  ) equal(learn(404, words, responses), null);
});

Deno.test("a model that turned out to want Responses reasons there", () => {
  const chat = targetOf("auto", azure);
  const lesson = learn(400, TO_RESPONSES[0] ?? "", chat);
  const { capabilities } = withLesson(chat, lesson ?? { what: "" });
  deepEqual(
    [capabilities.encryptedReasoning, capabilities.reasoningSummaries],
    [true, true],
  );
});
