/**
 * How upstreams say that the prompt does not fit, with the numbers where they
 * give them. Claude Code compacts the conversation only when it reads
 * "prompt is too long: N tokens > M maximum".
 *
 * @module
 */

/** What an upstream's refusal says of prompt and window, in tokens. */
export interface Overflow {
  input?: number;
  limit?: number;
  /** What was asked for as output, where prompt and output together overflow. */
  output?: number;
}

/** Each names what it tells: `input`, `limit`, `output`. */
const WITH_NUMBERS: readonly RegExp[] = [
  // OpenAI with tools: "(A in the messages, B in the functions, and C in the completion)"
  /maximum context length is (?<limit>\d+) tokens.*?\((?<input>\d+) in the messages, (?<functions>\d+) in the functions(?:, and (?<output>\d+) in the completion)?/s,
  // Older vLLM: "(A in the messages, B in the completion)"
  /maximum context length is (?<limit>\d+) tokens.*?\((?<input>\d+) in the messages, (?<output>\d+) in the completion/s,
  // vLLM
  /is too large: (?<output>\d+).*?maximum context length is (?<limit>\d+) tokens and your request has (?<input>\d+) input/s,
  /maximum context length is (?<limit>\d+) tokens.*?requested (?<output>\d+) output tokens and your prompt contains at least (?<input>\d+)/s,
  // OpenAI: "However, your messages resulted in 130000 tokens"
  /maximum context length is (?<limit>\d+) tokens.*?(?:resulted in|prompt contains at least|your request has) (?<input>\d+)/s,
  /maximum context length is (?<limit>\d+) tokens.*?you requested (?:about )?(?<input>\d+) tokens/s,
  // llama.cpp
  /request \((?<input>\d+) tokens\) exceeds the available context size \((?<limit>\d+)/,
  // SGLang
  /input \((?<input>\d+) tokens\) is longer than the model's context length \((?<limit>\d+)/,
  // LM Studio
  /n_keep \((?<input>\d+)\) >= n_ctx \((?<limit>\d+)\)/,
  // Moonshot
  /exceeded model token limit: (?<limit>\d+)(?: \(requested: (?<input>\d+)\))?/,
  // Qwen
  /range of input length should be \[\d+, (?<limit>\d+)\]/i,
  // xAI
  /maximum prompt length is (?<limit>\d+).*?contains (?<input>\d+) tokens/s,
  // Gemini
  /input token count \(?(?<input>\d+)\)? exceeds the maximum number of tokens allowed \(?(?<limit>\d+)/,
  // Mistral
  /prompt contains (?<input>\d+) tokens.*?(?<limit>\d+) maximum context length/is,
  // Groq counts it against the tokens per minute
  /request too large for model.*?tokens per minute.*?limit (?<limit>\d+), requested (?<input>\d+)/is,
  // Anthropic
  /prompt is too long[^0-9]*(?<input>\d+) tokens > (?<limit>\d+)/i,
];

/** Words that mean it, without numbers we could rely on. */
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
];

/**
 * Reads a refusal.
 *
 * @param text The upstream's whole error text, codes included.
 * @returns `null` if it is about something else.
 */
export function toOverflow(text: string): Overflow | null {
  for (const pattern of WITH_NUMBERS) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) continue;
    return readNumbers(groups);
  }
  const lower = text.toLowerCase();
  const isSaid = IN_WORDS.some((words) => lower.includes(words)) ||
    /^input is too long\.$/m.test(lower); // Bedrock says no more than that
  return isSaid ? {} : null;
}

function readNumbers(groups: Record<string, string | undefined>): Overflow {
  const { functions = 0, ...numbers }: Record<string, number> = Object
    .fromEntries(
      Object.entries(groups)
        .filter(([, digits]) => digits !== undefined)
        .map(([name, digits]) => [name, Number(digits)]),
    );
  if (numbers.input !== undefined) numbers.input += functions;
  return numbers;
}
