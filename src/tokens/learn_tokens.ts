import type { Usage } from "../anthropic/message.ts";
import type { MessagesRequest } from "../anthropic/request.ts";
import type { Observer } from "../observe/record.ts";
import { type Calibrations, MIN_COMPARED_TOKENS } from "./calibrations.ts";
import type { PromptCounter } from "./count_prompt.ts";
import { encodingOf } from "./encoding.ts";
import { hasMedia } from "./prompt.ts";

/** The first answers of a model are all counted, later ones one in so many. */
const COUNTED_FIRST = 10, COUNTED_LATER = 16;

/** What {@linkcode learnTokens} depends on. */
export interface LearnTokensOptions {
  calibrations: Pick<Calibrations, "answers" | "learn">;
  prompts: Pick<PromptCounter, "countPlain">;
}

/**
 * Learns from each answer how its upstream counts tokens.
 *
 * Prompts to models with an unknown tokenizer are counted here, too: after
 * their answers, off the event loop, one at a time, and no more than needed.
 */
export function learnTokens(
  { calibrations, prompts }: LearnTokensOptions,
): Observer {
  let isCounting = false;
  return ({ outcome, message }) => {
    if (outcome !== "finished" || !message?.usage || !message.sent) return;
    if (message.usage.isEstimate) return; // our own count teaches nothing
    const { request, target, estimatedTokens } = message.sent;
    if (!isComparable(request)) return;
    const actual = inputOf(message.usage);
    if (Math.min(estimatedTokens, actual) < MIN_COMPARED_TOKENS) return;
    calibrations.learn(target, "estimate", {
      measured: estimatedTokens,
      actual,
    });
    if (isCounting || encodingOf(target.model).isOwn) return;
    const answers = calibrations.answers(target, "estimate");
    const counted = calibrations.answers(target, "count");
    if (counted >= COUNTED_FIRST && answers % COUNTED_LATER !== 0) return;
    isCounting = true;
    void prompts.countPlain(request, target).then((measured) => {
      isCounting = false;
      calibrations.learn(target, "count", { measured, actual });
    });
  };
}

/** All input tokens: `input_tokens` excludes those of the prompt cache. */
export function inputOf(usage: Usage): number {
  return usage.input_tokens + usage.cache_read_input_tokens +
    usage.cache_creation_input_tokens;
}

/**
 * Whether the upstream counted what we measured: it was asked, and the request
 * has no images, which have prices of their own, no PDFs, which may have been
 * sent as text, and no searches, which ask several times.
 */
function isComparable(request: MessagesRequest): boolean {
  if (request.max_tokens === 0) return false;
  if (request.tools?.some(({ type }) => type?.startsWith("web_"))) return false;
  return !hasMedia(request);
}
