/**
 * The simulated model's answer in the wire format: a whole `chat.completion`,
 * or the chunks of a stream. Pure.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat}
 * @module
 */
import type { ChatChunk, ChatCompletion } from "../openai/chat.ts";
import {
  chunk,
  finishChunk,
  reasoningChunk,
  roleChunk,
  searchChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "./chunks.ts";
import type { WrittenAnswer, WrittenCall } from "./writing.ts";

/** Words of text in one chunk. */
const FRAGMENT_WORDS = 3;

/** The body of an answer that is not streamed. */
export function toCompletion(written: WrittenAnswer): ChatCompletion {
  const { id, created, model, reasoning, search, text, calls, usage } = written;
  const message = {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(search ? { web_search: search, annotations: citations(search) } : {}),
  };
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: [{ index: 0, message, finish_reason: written.finishReason }],
    usage,
  };
}

/** The chunks of a streamed answer, without the sentinel. */
export function toChunks(
  written: WrittenAnswer,
  options: { includeUsage: boolean },
): ChatChunk[] {
  const { id, created, model, search } = written;
  const stamp = { id, created, model };
  const chunks = [
    roleChunk(),
    ...fragments(written.reasoning).map(reasoningChunk),
    ...(search ? [searchChunk(search)] : []),
    ...fragments(written.text).map(textChunk),
    ...(search ? [chunk({ annotations: citations(search) })] : []),
    ...written.calls.flatMap(callChunks),
    finishChunk(written.finishReason),
  ];
  if (!options.includeUsage) {
    return chunks.map((chunk) => ({ ...chunk, ...stamp }));
  }
  return [
    ...chunks.map((chunk) => ({ ...chunk, ...stamp, usage: null })),
    { ...usageChunk(written.usage), ...stamp },
  ];
}

type Search = NonNullable<WrittenAnswer["search"]>;

function citations({ sources }: Search): Record<string, unknown>[] {
  return sources.map((url) => ({
    type: "url_citation",
    url_citation: { start_index: 0, end_index: 1, title: "Example", url },
  }));
}

function callChunks(call: WrittenCall, index: number): ChatChunk[] {
  const { name, arguments: text } = call.function;
  return [
    toolCallChunk({ index, id: call.id, name }),
    ...(text.match(/.{1,12}/gsu) ?? []).map((args) =>
      toolCallChunk({ index, args })
    ),
  ];
}

/** A few words each; concatenated exactly the text. */
function fragments(text: string): string[] {
  const words = text.match(/\s*\S+|\s+$/g) ?? [];
  const count = Math.ceil(words.length / FRAGMENT_WORDS);
  return Array.from(
    { length: count },
    (_, i) =>
      words.slice(i * FRAGMENT_WORDS, (i + 1) * FRAGMENT_WORDS).join(""),
  );
}
