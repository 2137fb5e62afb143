import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { isObject } from "./arguments.ts";

/**
 * Keeps the prompt cached for long where the client asks for an hour of it,
 * wherever it says so, and the model can be told. What else `cache_control`
 * says has no counterpart: upstreams find the prefixes to cache by themselves.
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
