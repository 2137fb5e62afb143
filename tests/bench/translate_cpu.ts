/**
 * What translation costs compared with what is unavoidable: parsing a request's
 * JSON, and a stream's chunks.
 *
 * @module
 */
import { parseMessagesRequest } from "../../src/anthropic/request.ts";
import { openai } from "../../src/dialects/openai.ts";
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import { EventEncoder } from "../../src/stream/event_encoder.ts";
import { joinDeltas } from "../../src/stream/join_deltas.ts";
import { toTarget } from "../../src/models/select_target.ts";
import { estimatePrompt } from "../../src/tokens/prompt.ts";
import { toAnswerContext } from "../../src/translate/answer_context.ts";
import { Notices } from "../../src/translate/notices.ts";
import { translateRequest } from "../../src/translate/request.ts";
import { translateResponsesRequest } from "../../src/translate/responses_request.ts";
import { ResponsesTranslator } from "../../src/translate/responses_stream.ts";
import { StreamTranslator } from "../../src/translate/stream.ts";
import type { Translator } from "../../src/translate/translator.ts";
import { chatFormat } from "../../src/upstream/chat_format.ts";
import { ChunkParser } from "../../src/upstream/chunk_parser.ts";
import { responsesFormat } from "../../src/upstream/responses_format.ts";
import type { StreamFormat } from "../../src/upstream/stream_format.ts";
import { compareCpu } from "./cpu.ts";
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
  await compareCpu({
    "JSON.parse of the body": () => JSON.parse(text),
    "validate, estimate, translate": () => {
      const request = parseMessagesRequest(json);
      const inputTokens = estimatePrompt(request);
      const notices = new Notices();
      translateRequest(request, { target, inputTokens, notices });
    },
    "validate, estimate, translate to Responses": () => {
      const request = parseMessagesRequest(json);
      const inputTokens = estimatePrompt(request);
      const notices = new Notices();
      translateResponsesRequest(request, { target, inputTokens, notices });
    },
  }, {
    title: `a request of ${kilobytes} kB`,
    times: 10_000 / kilobytes,
  });
}

const encoder = new TextEncoder();
const context = toAnswerContext(parseMessagesRequest(session(1_000)), {
  target,
  messageId: "msg_1",
  inputTokens: 1,
  newToolUseId: () => "toolu_1",
});

const chatEvents = [
  ...Array.from({ length: 299 }, (_, i) => textChunk(`word ${i} `)),
  finishChunk("stop"),
].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);

const responsesEvents = [
  {
    type: "response.output_item.added",
    output_index: 0,
    item: { type: "message" },
  },
  ...Array.from({ length: 298 }, (_, i) => ({
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
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

/** The events as reads return them, this many at a time. */
function toReads(events: readonly string[], each: number): Uint8Array[] {
  const starts = events.map((_, i) => i).filter((i) => i % each === 0);
  return starts.map((i) => encoder.encode(events.slice(i, i + each).join("")));
}

/** What happens to an answer between its reader and its writer. */
function translate<T>(
  reads: readonly Uint8Array[],
  { format, translator }: {
    format: StreamFormat<T>;
    translator: Translator<T>;
  },
): void {
  const parser = new ChunkParser(format);
  const writer = new EventEncoder();
  for (const bytes of reads) {
    const { chunks } = parser.push(bytes);
    const events = joinDeltas(
      chunks.flatMap((chunk) => translator.push(chunk)),
    );
    if (events.length > 0) writer.encode(events);
  }
  writer.encode(translator.end({ sawSentinel: true }));
}

for (const each of [1, 10]) {
  const chatReads = toReads(chatEvents, each);
  const responsesReads = toReads(responsesEvents, each);
  await compareCpu({
    "TextDecoder and JSON.parse": () => {
      const decoder = new TextDecoder();
      for (const bytes of chatReads) {
        const text = decoder.decode(bytes, { stream: true });
        for (const event of text.split("\n\n")) {
          if (event !== "") JSON.parse(event.slice(6));
        }
      }
    },
    "parse, validate, translate, encode": () =>
      translate(chatReads, {
        format: chatFormat,
        translator: new StreamTranslator(context),
      }),
    "the same of the Responses API": () =>
      translate(responsesReads, {
        format: responsesFormat,
        translator: new ResponsesTranslator(context),
      }),
  }, { title: `a stream of 300 chunks, ${each} a read`, times: 20 });
}
