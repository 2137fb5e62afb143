import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";

/**
 * Standard processing, where the client insists on it and the account's own
 * setting might be another. `auto` is what upstreams do by themselves.
 */
export function toServiceTier(
  { service_tier }: Pick<MessagesRequest, "service_tier">,
  { serviceTier }: Pick<Capabilities, "serviceTier">,
): { service_tier?: "default" } {
  const isAsked = serviceTier && service_tier === "standard_only";
  return isAsked ? { service_tier: "default" } : {};
}
