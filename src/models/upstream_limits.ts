import { z } from "zod";
import { shaped } from "./shaped.ts";

const Count = z.int("a whole number above 0")
  .positive("a whole number above 0");

/**
 * Limits on the use of an upstream, each for each of its keys. What is not set
 * is not limited. Each message says what is expected.
 */
export const UpstreamLimits = shaped({
  concurrency: Count.optional()
    .describe("Requests under way at once, until their last byte"),
  requestsPerMinute: Count.optional(),
  tokensPerMinute: Count.optional()
    .describe("Input tokens, as they are estimated"),
  queue: shaped({
    length: z.int("a whole number").nonnegative("a number not below 0")
      .optional().describe("How many requests may wait; 0: none"),
    seconds: z.number("a number of seconds")
      .positive("a number of seconds above 0").optional()
      .describe("How long each may wait"),
  }).optional().describe("Those that wait for their turn, over all keys"),
});

/** Limits of an upstream. */
export type UpstreamLimits = z.infer<typeof UpstreamLimits>;
