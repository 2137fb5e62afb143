/**
 * The usual chunks of a Chat Completions stream, for scripts and for the wire.
 * Pure.
 *
 * @module
 */
import type { ChatChunk, ChatDelta, ChatUsage } from "../openai/chat.ts";

/** A tool call, or a fragment of one: only the first has id and function. */
export interface ToolCallFragment {
  /** Index among the answer's calls; default: 0. */
  index?: number;
  id?: string;
  name?: string;
  /** A fragment of the arguments' JSON text. */
  args?: string;
}

/** A chunk with one choice. Scripts spread it to add oddities. */
export function chunk(
  delta: ChatDelta,
  finishReason: string | null = null,
): ChatChunk {
  return {
    id: "chatcmpl-demo",
    object: "chat.completion.chunk",
    created: 0,
    model: "demo",
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
}

/** The first chunk of an OpenAI stream. */
export function roleChunk(): ChatChunk {
  return chunk({ role: "assistant", content: "" });
}

/** A fragment of the answer's text. */
export function textChunk(content: string): ChatChunk {
  return chunk({ content });
}

/** A fragment of the reasoning, in the field most upstreams use. */
export function reasoningChunk(text: string): ChatChunk {
  return chunk({ reasoning_content: text });
}

/** The start of a tool call if it has an id, else more arguments. */
export function toolCallChunk(fragment: ToolCallFragment): ChatChunk {
  const { index = 0, id, name, args = "" } = fragment;
  const head = id === undefined ? {} : { id, type: "function" };
  const call = name === undefined
    ? { arguments: args }
    : { name, arguments: args };
  return chunk({ tool_calls: [{ index, ...head, function: call }] });
}

/** The last chunk with a choice. */
export function finishChunk(finishReason: string): ChatChunk {
  return chunk({}, finishReason);
}

/** The trailing chunk requested by `stream_options.include_usage`. */
export function usageChunk(usage: ChatUsage): ChatChunk {
  const total = (usage.prompt_tokens ?? 0) + (usage.completion_tokens ?? 0);
  const { id, object, created, model } = chunk({});
  return {
    id,
    object,
    created,
    model,
    choices: [],
    usage: { total_tokens: total, ...usage },
  };
}

/**
 * A complete reasoning item with these summaries. Only for the Responses API:
 * there all reasoning is an item, encrypted on request.
 */
export function reasoningItemChunk(summaries: readonly string[]): ChatChunk {
  return chunk({ reasoning_item: { summaries } });
}

/**
 * A piece of plain-text reasoning, not of its summary (Responses): OpenAI's own
 * models return none, open models behind this API do.
 */
export function thoughtChunk(text: string): ChatChunk {
  return chunk({ reasoning_text: text });
}

/** The response is queued before it begins (Responses). */
export function queuedChunk(): ChatChunk {
  return chunk({ queued: true });
}

/** A piece of text that is `commentary` or the `final_answer` (Responses). */
export function phaseChunk(phase: string, content: string): ChatChunk {
  return chunk({ phase, content });
}

/** A web search by the upstream itself (Responses). */
export function searchChunk(
  search: { query: string; sources: readonly string[] },
): ChatChunk {
  return chunk({ web_search: search });
}

/** A page that the text before it cites. */
export function citationChunk(page: { url: string; title: string }): ChatChunk {
  const url_citation = { start_index: 0, end_index: 1, ...page };
  return chunk({ annotations: [{ type: "url_citation", url_citation }] });
}
