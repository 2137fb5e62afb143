/**
 * What translation costs beside what cannot be avoided: reading a request's
 * JSON, and parsing a stream's chunks.
 *
 * @module
 */
import { parseMessagesRequest } from "../../src/anthropic/request.ts";
import { openai } from "../../src/dialects/openai.ts";
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import { encodeEvents } from "../../src/event_stream.ts";
import { toTarget } from "../../src/models/select_target.ts";
import { estimatePrompt } from "../../src/tokens/prompt.ts";
import { toAnswerContext } from "../../src/translate/answer_context.ts";
import { Notices } from "../../src/translate/notices.ts";
import { translateRequest } from "../../src/translate/request.ts";
import { StreamTranslator } from "../../src/translate/stream.ts";
import { ChunkParser } from "../../src/upstream/chunk_parser.ts";
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
  const parser = new ChunkParser();
  const translator = new StreamTranslator(context);
  for (const bytes of reads) {
    const events = parser.push(bytes).chunks
      .flatMap((chunk) => translator.push(chunk));
    if (events.length > 0) encodeEvents(events);
  }
  encodeEvents(translator.end({ sawSentinel: true }));
});
