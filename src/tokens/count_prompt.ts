import type { Prompt } from "../anthropic/request.ts";
import type { Target } from "../models/select_target.ts";
import type { ReadBase64Pdf } from "../pdf/cache.ts";
import type { Calibrations } from "./calibrations.ts";
import type { CountTexts } from "./count_cache.ts";
import { encodingOf } from "./encoding.ts";
import { imageTokens, PAGE } from "./image_tokens.ts";
import { estimatePdf, promptParts } from "./prompt.ts";

/** Tokens that open the answer. */
const REPLY_TOKENS = 3;

/** What {@linkcode createPromptCounter} depends on. */
export interface PromptCounterOptions {
  countTexts: CountTexts;
  readPdf: ReadBase64Pdf;
  calibrations: Pick<Calibrations, "correct">;
}

/** Counts prompts. */
export interface PromptCounter {
  /** Tokens of the prompt as the target would count them. */
  count(prompt: Prompt, target: Target | undefined): Promise<number>;
  /** The same without what was learned about the target. */
  countPlain(prompt: Prompt, target: Target | undefined): Promise<number>;
}

/**
 * Creates a {@linkcode PromptCounter}: exact if the target's tokenizer is
 * known, else corrected by what its upstream has counted so far.
 *
 * @see {@link
 * https://github.com/openai/openai-cookbook/blob/main/examples/How_to_count_tokens_with_tiktoken.ipynb}
 * for the tokens around messages
 */
export function createPromptCounter(
  { countTexts, readPdf, calibrations }: PromptCounterOptions,
): PromptCounter {
  async function countPlain(prompt: Prompt, target: Target | undefined) {
    const { model = "", capabilities } = target ?? {};
    const { encoding } = encodingOf(model);
    const { texts, frameTokens, images, pdfs } = promptParts(prompt);
    let tokens = frameTokens + REPLY_TOKENS;
    if (capabilities?.images ?? true) {
      for (const size of images) tokens += imageTokens(size, model);
    }
    for (const pdf of pdfs) {
      const text = pdf === null ? null : await readPdf(pdf);
      if (!text) tokens += estimatePdf(pdf);
      else {
        texts.push(...text.pages);
        // Makers charge for a page's text and for its image.
        if (capabilities?.pdfs ?? true) {
          tokens += text.pageCount * imageTokens(PAGE, model);
        }
      }
    }
    return tokens + await countTexts(texts, encoding);
  }

  return {
    countPlain,
    async count(prompt, target) {
      const tokens = await countPlain(prompt, target);
      if (!target || encodingOf(target.model).isOwn) return tokens;
      return calibrations.correct(target, { tokens, measure: "count" });
    },
  };
}
