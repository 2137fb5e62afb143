import { z } from "zod";
import type { Usage } from "../anthropic/message.ts";
import { NO_USAGE } from "./usage.ts";

const Count = z.number().optional().catch(undefined);

const Counts = z.looseObject({
  input_tokens: Count,
  cache_creation_input_tokens: Count,
  cache_read_input_tokens: Count,
  output_tokens: Count,
});

/**
 * Reads the `usage` of a message or of an event, for the log.
 *
 * @param known What earlier events reported; later counts replace it.
 * @returns `known` if there is no usage.
 */
export function readUsage(usage: unknown, known: Usage | null): Usage | null {
  const { data } = Counts.safeParse(usage);
  if (!data) return known;
  const before = known ?? NO_USAGE;
  return {
    ...before,
    input_tokens: data.input_tokens ?? before.input_tokens,
    cache_creation_input_tokens: data.cache_creation_input_tokens ??
      before.cache_creation_input_tokens,
    cache_read_input_tokens: data.cache_read_input_tokens ??
      before.cache_read_input_tokens,
    output_tokens: data.output_tokens ?? before.output_tokens,
  };
}
