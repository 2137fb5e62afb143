import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { isObject } from "./arguments.ts";

/**
 * Keeps the prompt cached for long if the client asks for an hour anywhere, and
 * the model supports that. The rest of `cache_control` has no counterpart:
 * upstreams choose the prefixes to cache themselves.
 */
export function toCacheRetention(
  request: MessagesRequest,
  { cacheRetention }: Pick<Capabilities, "cacheRetention">,
): { prompt_cache_retention?: "24h" } {
  if (!cacheRetention) return {};
  const { system, tools, messages } = request;
  const isAsked = isLong(request) || (tools ?? []).some(isLong) ||
    (typeof system !== "string" && (system ?? []).some(isLong)) ||
    messages.some(({ content }) =>
      typeof content !== "string" && content.some(isLong)
    );
  return isAsked ? { prompt_cache_retention: "24h" } : {};
}

function isLong({ cache_control }: Record<string, unknown>): boolean {
  return isObject(cache_control) && cache_control.ttl === "1h";
}
