/**
 * What translation costs beside what cannot be avoided: reading a request's
 * JSON, and parsing a stream's chunks.
 *
 * @module
 */
import { parseMessagesRequest } from "../../src/anthropic/request.ts";
import { openai } from "../../src/dialects/openai.ts";
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import { EventEncoder } from "../../src/stream/event_encoder.ts";
import { toTarget } from "../../src/models/select_target.ts";
import { estimatePrompt } from "../../src/tokens/prompt.ts";
import { toAnswerContext } from "../../src/translate/answer_context.ts";
import { Notices } from "../../src/translate/notices.ts";
import { translateRequest } from "../../src/translate/request.ts";
import { translateResponsesRequest } from "../../src/translate/responses_request.ts";
import { ResponsesTranslator } from "../../src/translate/responses_stream.ts";
import { StreamTranslator } from "../../src/translate/stream.ts";
import { chatFormat } from "../../src/upstream/chat_format.ts";
import { ChunkParser } from "../../src/upstream/chunk_parser.ts";
import { responsesFormat } from "../../src/upstream/responses_format.ts";
import { session } from "./session.ts";

const upstream = {
  name: "bench",
  url: "",
  keys: [],
  api: "chat" as const,
  dialect: openai,
};
const target = toTarget(upstream, "gpt-5");

for (const kilobytes of [100, 1_000]) {
  const text = JSON.stringify(session(kilobytes * 1_000));
  const json: unknown = JSON.parse(text);
  const group = `a request of ${kilobytes} kB`;

  Deno.bench("JSON.parse", { group, baseline: true }, () => {
    JSON.parse(text);
  });

  Deno.bench("validate, estimate, translate to Responses", { group }, () => {
    const request = parseMessagesRequest(json);
    const inputTokens = estimatePrompt(request);
    const notices = new Notices();
    translateResponsesRequest(request, { target, inputTokens, notices });
  });

  Deno.bench("validate, estimate, translate", { group }, () => {
    const request = parseMessagesRequest(json);
    const inputTokens = estimatePrompt(request);
    translateRequest(request, { target, inputTokens, notices: new Notices() });
  });
}

const chunks = [
  ...Array.from({ length: 299 }, (_, i) => textChunk(`word ${i} `)),
  finishChunk("stop"),
];
const encoder = new TextEncoder();
const reads = chunks
  .map((chunk) => encoder.encode(`data: ${JSON.stringify(chunk)}\n\n`));
const request = parseMessagesRequest(session(1_000));
const context = toAnswerContext(request, {
  target,
  messageId: "msg_1",
  inputTokens: 1,
  newToolUseId: () => "toolu_1",
});

Deno.bench("TextDecoder and JSON.parse", {
  group: "a stream of 300 chunks",
  baseline: true,
}, () => {
  const decoder = new TextDecoder();
  for (const bytes of reads) {
    JSON.parse(decoder.decode(bytes, { stream: true }).slice(6));
  }
});

Deno.bench("parse, validate, translate, encode", {
  group: "a stream of 300 chunks",
}, () => {
  const parser = new ChunkParser(chatFormat);
  const translator = new StreamTranslator(context);
  const encoder = new EventEncoder();
  for (const bytes of reads) {
    const events = parser.push(bytes).chunks
      .flatMap((chunk) => translator.push(chunk));
    if (events.length > 0) encoder.encode(events);
  }
  encoder.encode(translator.end({ sawSentinel: true }));
});

const responsesEvents = [
  ...Array.from({ length: 299 }, (_, i) => ({
    type: "response.output_text.delta",
    sequence_number: i,
    item_id: "msg_1",
    output_index: 0,
    content_index: 0,
    delta: `word ${i} `,
    logprobs: [],
    obfuscation: "xxxxxxxx",
  })),
  { type: "response.completed", response: { status: "completed", output: [] } },
];
const responsesReads = responsesEvents.map((event) =>
  encoder.encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
);

Deno.bench("the same of the Responses API", {
  group: "a stream of 300 chunks",
}, () => {
  const parser = new ChunkParser(responsesFormat);
  const translator = new ResponsesTranslator(context);
  const encoder = new EventEncoder();
  translator.push({
    type: "response.output_item.added",
    output_index: 0,
    item: { type: "message" },
  });
  for (const bytes of responsesReads) {
    const events = parser.push(bytes).chunks
      .flatMap((event) => translator.push(event));
    if (events.length > 0) encoder.encode(events);
  }
  encoder.encode(translator.end());
});
