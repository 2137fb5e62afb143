import type { Capabilities } from "../openai/capabilities.ts";
import type { UpstreamFailure } from "../openai/errors.ts";
import type { Lesson } from "./lesson.ts";

/** Anthropic's wording, also through gateways: OpenRouter, Bedrock, Vertex. */
const SIGNATURE =
  /invalid `?signature`?|signature in `?thinking`? block|capability_rejected: thinking_signature/i;

/**
 * Reads a lesson from the refusal of an upstream that speaks the Messages API:
 * the body is the client's, so there is little that could be changed.
 *
 * @returns `null` if it teaches nothing new.
 */
export function toPassthroughLesson(
  { text }: UpstreamFailure,
  { signedThinking }: Pick<Capabilities, "signedThinking">,
): Lesson | null {
  if (signedThinking || !SIGNATURE.test(text)) return null;
  return {
    what: "takes no thinking but what it has signed itself",
    capabilities: { signedThinking: true },
  };
}
