import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatAssistantMessage } from "../openai/chat.ts";
import type { Call } from "./conversation.ts";
import { joinDetails, relink } from "./reasoning_details.ts";
import type { Carried } from "./signature.ts";

/** One thinking block of the history. */
export interface Thought {
  /** What the client was shown. */
  shown: string;
  /** What its signature carries; `null` if it was made elsewhere. */
  carried: Carried | null;
}

type Reasoning = Partial<
  Pick<
    ChatAssistantMessage,
    "content" | "reasoning" | "reasoning_content" | "reasoning_details"
  >
>;

/**
 * Earlier reasoning that an upstream accepts back, in its own field.
 *
 * @param text The turn's text, which shares a field with reasoning in Mistral's
 * API.
 * @param calls Those of the turn, with the ids the upstream gets.
 */
export function toReasoning(
  thoughts: readonly Thought[],
  { capabilities, text, calls }: {
    capabilities: Pick<Capabilities, "reasoningField" | "reasoningRequired">;
    text: string;
    calls: readonly Call[];
  },
): Reasoning {
  const { reasoningField: field, reasoningRequired } = capabilities;
  if (field === null) return {};
  if (field === "reasoning_details") {
    const callIds = new Map(
      calls.map(({ toolUse, callId }) => [toolUse.id, callId]),
    );
    const details = joinDetails(
      thoughts.flatMap(({ carried }) =>
        relink(carried?.details ?? [], withUpstreamIds(carried, callIds))
      ),
    );
    return details.length > 0 ? { reasoning_details: details } : {};
  }
  const reasoning = thoughts
    .map(({ shown, carried }) => carried?.text ?? shown).join("");
  if (reasoning === "" && !reasoningRequired) return {};
  if (field !== "content") return { [field]: reasoning };
  if (reasoning === "") return {};
  return {
    content: [
      { type: "thinking", thinking: [{ type: "text", text: reasoning }] },
      ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ],
  };
}

/** Replaces the upstream's ids of that time with those it gets now. */
function withUpstreamIds(
  carried: Carried | null,
  callIds: ReadonlyMap<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(carried?.callIds ?? {})
      .map(([upstreamId, id]) => [upstreamId, callIds.get(id) ?? id]),
  );
}
