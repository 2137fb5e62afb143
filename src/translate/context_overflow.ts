/**
 * How upstreams say that the prompt does not fit, with the numbers if they give
 * them. Claude Code compacts the conversation only when it reads "prompt is too
 * long: N tokens > M maximum".
 *
 * @module
 */

/** What an upstream's refusal says about prompt and window, in tokens. */
export interface Overflow {
  input?: number;
  limit?: number;
  /** Requested output, if prompt and output only overflow together. */
  output?: number;
}

/**
 * Named groups: `input`, `limit`, `output`; `total` for input and output
 * reported as one; `parts`, a list of what was counted.
 */
const WITH_NUMBERS: readonly RegExp[] = [
  // OpenAI, DeepSeek, older vLLM: "(A in the messages, B in the functions, and C in the completion)"
  // OpenRouter: "(A of text input, B of tool input, C in the output)"
  /maximum context length is (?<limit>\d+) tokens.{0,200}?\((?<parts>\d+ (?:in|of) [^)]{1,300})\)/s,
  // vLLM
  /is too large: (?<output>\d+).*?maximum context length is (?<limit>\d+) tokens and your request has (?<input>\d+) input/s,
  /maximum context length is (?<limit>\d+) tokens.*?requested (?<output>\d+) output tokens and your prompt contains at least (?<input>\d+)/s,
  /prompt (?:\(length |length of )(?<input>\d+)\)? is longer than the maximum model length of (?<limit>\d+)/i,
  /is longer than the maximum model length of (?<limit>\d+)/,
  // OpenAI: "However, your messages resulted in 130000 tokens"
  /maximum context length is (?<limit>\d+) tokens.*?(?:resulted in|prompt contains at least|your request has) (?<input>\d+)/s,
  /maximum context length is (?<limit>\d+) tokens.*?you requested (?:about )?(?<input>\d+) tokens/s,
  // OpenAI, for models whose window is for the prompt alone
  /input tokens exceed the configured limit of (?<limit>\d+) tokens(?:.*?resulted in (?<input>\d+))?/is,
  // llama.cpp; older versions give the numbers outside the message
  /request \((?<input>\d+) tokens\) exceeds the available context size \((?<limit>\d+)/,
  /n_prompt_tokens (?<input>\d+), n_ctx (?<limit>\d+)/,
  // llama-cpp-python
  /requested tokens \((?<total>\d+)\) exceed context window of (?<limit>\d+)/i,
  // SGLang
  /input \((?<input>\d+) tokens\) is longer than the model's context length \((?<limit>\d+)/,
  /maximum context length of (?<limit>\d+) tokens.*?: (?<input>\d+) tokens from the input messages and (?<output>\d+) tokens for the completion/s,
  // TGI: "Given: 4000 `inputs` tokens and 100 `max_new_tokens`"
  /`inputs` tokens \+ `max_new_tokens` must be <= (?<limit>\d+)(?:.*?(?<input>\d+) `inputs` tokens and (?<output>\d+))?/s,
  // LM Studio
  /n_keep:? \(?(?<input>\d+)\)? ?>= ?n_ctx:? \(?(?<limit>\d+)/,
  /keep the first (?<input>\d+) tokens.*?context length of only (?<limit>\d+)/s,
  // Moonshot
  /exceeded model token limit: (?<limit>\d+)(?: \(requested: (?<total>\d+)\))?/,
  // Qwen
  /range of input length should be \[\d+, (?<limit>\d+)\]/i,
  // Zhipu; the number may be less than the limit: the answer counts as well
  /request (?<input>\d+) input tokens exceeds the model's maximum context length (?<limit>\d+)/i,
  // xAI
  /maximum prompt length is (?<limit>\d+).*?contains (?<input>\d+) tokens/s,
  /message \((?<input>\d+) tokens\) exceeds budget \((?<limit>\d+)/,
  // Gemini, which does not always count
  /input token count (?:\(?(?<input>\d+)\)? )?exceeds the maximum number of tokens allowed \(?(?<limit>\d+)/,
  // Mistral
  /prompt contains (?<input>\d+) tokens.*?(?<limit>\d+) maximum context length/is,
  // Groq and OpenAI: it exceeds the limit of any minute
  /tokens per min(?:ute)? \(TPM\): limit (?<limit>\d+),(?: used \d+,)? requested ~?(?<total>\d+)/i,
  // One of those that Claude Code recognizes
  /requested (?<total>\d+) tokens but model only supports up to (?<limit>\d+)/i,
  // Anthropic
  /prompt is too long[^0-9]*(?<input>\d+) tokens > (?<limit>\d+)/i,
];

/** Wording that means it, without reliable numbers. */
const IN_WORDS: readonly string[] = [
  "prompt is too long",
  "input is too long for requested model",
  "maximum context length",
  "context_length_exceeded",
  "exceeds the context window",
  "exceed_context_size_error",
  "contextwindowexceedederror",
  "longer than the maximum model length",
  "longer than the model's context length",
  "exceeds the available context size",
  "exceeds the maximum number of tokens allowed",
  "exceeded model token limit",
  "input token length too long",
  "input tokens exceed the configured limit",
  "maximum context limit",
  "maximum prompt length",
  "prompt exceeds max length",
  "tokens in request more than max tokens allowed",
  "range of input length should be",
  "context window exceeds limit",
  "but model only supports up to",
  "reduce the length of the messages",
  "`inputs` tokens + `max_new_tokens` must be",
  "context exceeds your deployment",
  "tokens when context the overflows",
  "truncate prompt with n_keep",
  "initial prompt is greater than the context length", // LM Studio
  "context size has been exceeded", // llama.cpp, when the context fills up
  "input_too_large", // xAI
];

/**
 * If an estimate times this is below a limit, so is the prompt: what exceeds
 * the limit is the requested answer.
 */
const ESTIMATE_MARGIN = 1.2;

/**
 * Parses a refusal.
 *
 * @param text The upstream's whole error text, including codes.
 * @param inputTokens Estimate of the prompt, to separate it from the answer if
 * the upstream counts them together.
 * @returns `null` if it is about something else.
 */
export function toOverflow(text: string, inputTokens = 0): Overflow | null {
  for (const pattern of WITH_NUMBERS) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) continue;
    const { total, ...numbers } = readNumbers(groups);
    if (total === undefined || numbers.limit === undefined) return numbers;
    if (total <= numbers.limit) return null; // a different kind of limit
    return inputTokens > 0 && inputTokens * ESTIMATE_MARGIN < numbers.limit
      ? { ...numbers, input: inputTokens, output: total - inputTokens }
      : { ...numbers, input: total };
  }
  const lower = text.toLowerCase();
  const isSaid = IN_WORDS.some((words) => lower.includes(words)) ||
    /^input is too long\.$/m.test(lower); // Bedrock says only that
  return isSaid ? {} : null;
}

function readNumbers(
  { parts, ...groups }: Record<string, string | undefined>,
): Overflow & { total?: number } {
  const numbers: Record<string, number> = Object.fromEntries(
    Object.entries(groups)
      .filter(([, digits]) => digits !== undefined)
      .map(([name, digits]) => [name, Number(digits)]),
  );
  return parts === undefined ? numbers : { ...numbers, ...sumUp(parts) };
}

/** Adds up "60662 of text input, 10687 of tool input, 64000 in the output". */
function sumUp(parts: string): Overflow {
  const sums: Overflow = {};
  for (const [, digits, what = ""] of parts.matchAll(/(\d+) ([a-z ]+)/gi)) {
    const name = /output|completion/i.test(what) ? "output" : "input";
    sums[name] = (sums[name] ?? 0) + Number(digits);
  }
  return sums;
}
