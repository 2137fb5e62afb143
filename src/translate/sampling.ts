import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { Notices } from "./notices.ts";

const PARAMETERS = ["temperature", "top_p", "top_k"] as const;

/** How the next token is selected. */
export type Sampling = Partial<Record<typeof PARAMETERS[number], number>>;

/** The requested sampling parameters that the model accepts. */
export function toSampling(
  { temperature, top_p, top_k }: Pick<
    MessagesRequest,
    typeof PARAMETERS[number]
  >,
  { capabilities, notices }: {
    capabilities: Pick<Capabilities, "sampling" | "topK">;
    notices: Notices;
  },
): Sampling {
  const given = { temperature, top_p, top_k };
  const taken: Sampling = {};
  for (const name of PARAMETERS) {
    const value = given[name] ?? undefined;
    if (value === undefined) continue;
    const isTaken = name === "top_k"
      ? capabilities.topK
      : capabilities.sampling;
    if (isTaken) taken[name] = value;
    else notices.add(`${name} left out: the model takes none`);
  }
  return taken;
}
