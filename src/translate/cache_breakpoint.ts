/**
 * Where the client wants the prompt cached: its `cache_control`, for the few
 * upstreams that do not decide that themselves.
 *
 * @see {@link https://openrouter.ai/docs/guides/best-practices/prompt-caching}
 * @module
 */
import type { Capabilities } from "../openai/capabilities.ts";
import type {
  CacheControl,
  ChatContentPart,
  ChatMessage,
} from "../openai/chat.ts";
import { isObject } from "./arguments.ts";

/** A breakpoint, to be spread into the part that ends with it. */
export interface Breakpoint {
  cache_control?: CacheControl;
}

type Taken = Pick<Capabilities, "cacheBreakpoints">;

/**
 * Whether the conversation's texts are sent as parts, which alone can carry a
 * breakpoint: all of them, so that nothing else changes when it moves.
 */
export function needsParts({ cacheBreakpoints }: Taken): boolean {
  return cacheBreakpoints !== null && cacheBreakpoints !== "system";
}

/** The last breakpoint in blocks of the conversation, or of tools. */
export function toBreakpoint(
  blocks: readonly Record<string, unknown>[],
  { cacheBreakpoints }: Taken,
): Breakpoint {
  if (cacheBreakpoints === null || cacheBreakpoints === "system") return {};
  const marked = blocks.findLast(({ cache_control }) =>
    isObject(cache_control)
  );
  return toCacheControl(marked?.cache_control, cacheBreakpoints);
}

/** The breakpoint of a block of the system prompt. */
export function toSystemBreakpoint(
  { cache_control }: Record<string, unknown>,
  { cacheBreakpoints }: Taken,
): Breakpoint {
  return toCacheControl(cache_control, cacheBreakpoints);
}

/** Puts a breakpoint at the end, which is what a request-level one means. */
export function withLastBreakpoint(
  messages: readonly ChatMessage[],
  { cache_control }: Breakpoint,
): readonly ChatMessage[] {
  const last = messages.at(-1);
  if (!cache_control || !last) return messages;
  const mark = <T extends ChatContentPart>(content: string | T[]) =>
    typeof content === "string"
      ? [{ type: "text" as const, text: content, cache_control }]
      : content.map((part, index, { length }) =>
        index === length - 1 ? { ...part, cache_control } : part
      );
  switch (last.role) {
    case "user":
      return messages.with(-1, { ...last, content: mark(last.content) });
    case "tool":
      return messages.with(-1, { ...last, content: mark(last.content) });
    default:
      return messages;
  }
}

function toCacheControl(
  given: unknown,
  taken: Capabilities["cacheBreakpoints"],
): Breakpoint {
  if (taken === null || !isObject(given)) return {};
  const { ttl } = given;
  const isTimed = taken === "timed" && typeof ttl === "string";
  return {
    cache_control: { type: "ephemeral", ...(isTimed ? { ttl } : {}) },
  };
}
