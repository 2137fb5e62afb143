import type { UpstreamFailure } from "../openai/errors.ts";
import type { Lesson } from "./lesson.ts";
import type { Target } from "./select_target.ts";

/** The parts of a refusal used here. */
interface Refused {
  status: number;
  failure: UpstreamFailure;
}

/** The API that OpenAI's refusals point to, e.g. for tools while reasoning. */
const TO_RESPONSES = /\bv1\/responses\b/i;

/** Azure's wording for URLs with an older version in them. */
const TOO_OLD = /responses api is enabled only/i;

/** What else a 404 may be about. */
const NO_MODEL = /model|deployment/i;

/** Whether a refusal is about the endpoint, not about the request. */
export function isApiMissing(
  { status, failure: { text } }: Refused,
): boolean {
  const isMissing = (status === 404 || status === 405) && !NO_MODEL.test(text);
  return isMissing || TOO_OLD.test(text);
}

/**
 * Learns from a refusal that a model must be called through the other of
 * OpenAI's APIs, if the choice is ours.
 *
 * @returns `null` if it says nothing about that.
 */
export function toApiLesson(
  { status, failure }: Refused,
  { upstream, api, capabilities }: Target,
): Lesson | null {
  if (upstream.api !== "auto") return null;
  const { text } = failure;
  if (api === "chat") {
    const { responsesApi } = capabilities;
    if (!responsesApi || !TO_RESPONSES.test(text)) return null;
    return {
      what: "is asked in the Responses API",
      api: "responses",
      // Whatever its name: it reasons, or both APIs would work.
      capabilities: { encryptedReasoning: true, reasoningSummaries: true },
    };
  }
  if (api !== "responses" || !isApiMissing({ status, failure })) return null;
  return {
    what: "has no Responses API",
    api: "chat",
    capabilities: { responsesApi: false },
  };
}
