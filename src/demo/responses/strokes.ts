/**
 * What the chunks of a script say, one thing at a time. Pure.
 *
 * @module
 */
import { z } from "zod";
import {
  ChatChunk,
  type ChatDelta,
  type ChatUsage,
} from "../../openai/chat.ts";

/** One thing that is said. */
export type Stroke =
  | { kind: "text"; text: string; phase: string | null }
  | { kind: "refusal"; text: string }
  | { kind: "citation"; citation: Record<string, unknown> }
  | { kind: "reasoning"; text: string }
  | { kind: "thought"; text: string }
  | { kind: "reasoning item"; summaries: readonly string[] }
  | { kind: "search"; query: string; sources: readonly string[] }
  | { kind: "call"; index: number; id?: string; name?: string; args: string };

/** Everything the chunks say. */
export interface Said {
  strokes: Stroke[];
  /** Whether it was queued first. */
  isQueued: boolean;
  /** The last one; `null` if the answer was not finished. */
  finishReason: string | null;
  usage: ChatUsage | null;
  /** An error in the middle of it. */
  error: Record<string, unknown> | null;
}

const ReasoningItem = z.object({ summaries: z.array(z.string()) });
const Search = z.object({ query: z.string(), sources: z.array(z.string()) });
const Citation = z.looseObject({ url_citation: z.looseObject({}) });

/** Reads chunks, in which scripts may leave anything out. */
export function toSaid(chunks: readonly unknown[]): Said {
  const said: Said = {
    strokes: [],
    isQueued: false,
    finishReason: null,
    usage: null,
    error: null,
  };
  for (const each of chunks) {
    const { choices, usage, error } = ChatChunk.parse(each);
    if (usage) said.usage = usage;
    if (error) said.error = { ...Object(error) };
    for (const { delta, finish_reason } of choices ?? []) {
      if (delta) said.strokes.push(...toStrokes(delta));
      if (delta?.queued) said.isQueued = true;
      if (finish_reason) said.finishReason = finish_reason;
    }
  }
  return said;
}

function toStrokes(delta: ChatDelta): Stroke[] {
  const { reasoning_item, reasoning_text, web_search } = delta;
  const { phase, refusal, function_call } = delta;
  const calls = [
    ...(delta.tool_calls ?? []),
    ...(function_call ? [{ function: function_call }] : []),
  ];
  const all: Stroke[] = [
    ...thoughts(delta).map((text): Stroke => ({ kind: "reasoning", text })),
    ...(typeof reasoning_text === "string"
      ? [{ kind: "thought" as const, text: reasoning_text }]
      : []),
    ...(reasoning_item === undefined ? [] : [{
      kind: "reasoning item" as const,
      ...ReasoningItem.parse(reasoning_item),
    }]),
    ...(web_search === undefined
      ? []
      : [{ kind: "search" as const, ...Search.parse(web_search) }]),
    ...words(delta).map((text): Stroke => ({
      kind: "text",
      text,
      phase: typeof phase === "string" ? phase : null,
    })),
    ...(refusal ? [{ kind: "refusal" as const, text: refusal }] : []),
    ...(delta.annotations ?? []).map((each): Stroke => ({
      kind: "citation",
      citation: Citation.parse(each).url_citation,
    })),
    ...calls.map(toCall),
  ];
  return all;
}

function thoughts({ content, reasoning_content, reasoning }: ChatDelta) {
  const parts = Array.isArray(content) ? content : [];
  const thinking = parts.flatMap(({ thinking }) =>
    Array.isArray(thinking)
      ? thinking.map(({ text }) => text ?? "")
      : [thinking ?? ""]
  );
  return [reasoning_content ?? "", reasoning ?? "", ...thinking].filter(
    Boolean,
  );
}

function words({ content }: ChatDelta): string[] {
  const texts = Array.isArray(content)
    ? content.map(({ text }) => text ?? "")
    : [content ?? ""];
  return texts.filter((text) => text !== "");
}

function toCall(call: NonNullable<ChatDelta["tool_calls"]>[number]): Stroke {
  const { index, id, function: made } = call;
  const args = made?.arguments ?? "";
  return {
    kind: "call",
    index: index ?? 0,
    ...(id ? { id } : {}),
    ...(made?.name ? { name: made.name } : {}),
    args: typeof args === "string" ? args : JSON.stringify(args),
  };
}
