import type { MessagesRequest } from "../anthropic/request.ts";
import { type Effort, EFFORTS } from "../openai/capabilities.ts";

/**
 * Selects the reasoning effort from the client's thinking and effort settings.
 *
 * Disabled thinking wins over an effort sent with it (claude-code#65863: both
 * at once is a 400 upstream). A budget of thinking tokens is converted to an
 * effort.
 *
 * @param efforts Those the model accepts, weakest first.
 * @returns `undefined` to leave the choice to the upstream.
 */
export function toEffort(
  request: Pick<MessagesRequest, "thinking" | "output_config">,
  efforts: readonly Effort[],
): Effort | undefined {
  if (isThinkingOff(request)) return nearest("none", efforts);
  const { thinking, output_config } = request;
  const asked = EFFORTS.find((effort) => effort === output_config?.effort);
  if (asked) return nearest(asked, efforts);
  if (thinking?.type !== "enabled") return undefined;
  const budget = thinking.budget_tokens ?? Infinity;
  const effort = budget < 2048 ? "low" : budget < 8192 ? "medium" : "high";
  return nearest(effort, efforts);
}

/** Whether the client wants no thinking at all. */
export function isThinkingOff(
  { thinking }: Pick<MessagesRequest, "thinking">,
): boolean {
  return thinking?.type === "disabled" || thinking?.type === "between_tools";
}

/** Whether the client asks for thinking, in any amount. */
export function isThinkingOn(
  { thinking }: Pick<MessagesRequest, "thinking">,
): boolean {
  return thinking?.type === "enabled" || thinking?.type === "adaptive";
}

/**
 * The effort itself, else the next weaker one the model accepts, else a
 * stronger one. A client that asks for some thinking never gets none.
 */
function nearest(
  asked: Effort,
  efforts: readonly Effort[],
): Effort | undefined {
  const some = efforts.filter((effort) =>
    asked === "none" || effort !== "none"
  );
  const rank = EFFORTS.indexOf(asked);
  const weaker = some.findLast((effort) => EFFORTS.indexOf(effort) <= rank);
  return weaker ?? some[0];
}
