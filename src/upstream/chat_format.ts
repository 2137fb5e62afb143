import { ChatChunk, ChatCompletion, toChunk } from "../openai/chat.ts";
import { isCommonChunk } from "../openai/common_chunk.ts";
import { readFailure } from "../openai/errors.ts";
import { parseJson } from "../parse_json.ts";
import type { StreamFormat } from "./stream_format.ts";

/** Chat Completions: chunks until `[DONE]`. A whole completion is one chunk. */
export const chatFormat: StreamFormat<ChatChunk> = {
  name: "completion",

  readEvent(event, data) {
    if (data.trim() === "[DONE]") return { isLast: true };
    const json = parseJson(data);
    if (event === "error") {
      return { failure: readFailure(errorOf(json) ?? json ?? data) };
    }
    if (isCommonChunk(json)) return { piece: json };
    const chunk = ChatChunk.safeParse(json);
    if (!chunk.success) return null;
    return chunk.data.error
      ? { failure: readFailure(chunk.data.error) }
      : { piece: chunk.data };
  },

  readWhole(json) {
    const completion = ChatCompletion.safeParse(json);
    if (!completion.success) return null;
    const { error, choices } = completion.data;
    if (error) return { failure: readFailure(error) };
    const isLast = Boolean(choices?.length);
    return { piece: toChunk(completion.data), isLast };
  },
};

function errorOf(json: unknown): unknown {
  return typeof json === "object" && json !== null && "error" in json
    ? json.error
    : undefined;
}
