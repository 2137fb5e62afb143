import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";

/**
 * Standard processing, if the client demands it and the account's default may
 * differ. `auto` is what upstreams do by default.
 */
export function toServiceTier(
  { service_tier }: Pick<MessagesRequest, "service_tier">,
  { serviceTier }: Pick<Capabilities, "serviceTier">,
): { service_tier?: "default" } {
  const isAsked = serviceTier && service_tier === "standard_only";
  return isAsked ? { service_tier: "default" } : {};
}
