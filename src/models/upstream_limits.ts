import { z } from "zod";

const Count = z.int("a whole number above 0").positive("a number above 0");

/**
 * What may be asked of an upstream, each number for each of its keys. Nothing
 * is limited that is not named.
 */
export const UpstreamLimits = z.strictObject({
  /** Requests under way at once, from the first byte sent to the last received. */
  concurrency: Count.optional(),
  requestsPerMinute: Count.optional(),
  /** Input tokens, as they are estimated. */
  tokensPerMinute: Count.optional(),
  /** Requests that wait for their turn, over all keys. */
  queue: z.strictObject({
    /** How many; 0: none waits. */
    length: z.int("a whole number").nonnegative("a number not below 0")
      .optional(),
    seconds: z.number("a number of seconds").positive("a number above 0")
      .optional(),
  }).optional(),
});

/** Limits of an upstream. */
export type UpstreamLimits = z.infer<typeof UpstreamLimits>;
