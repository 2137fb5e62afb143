/**
 * How upstreams say that a prompt is too long: one text of each maker, and the
 * phrases that Claude Code itself knows. Constructed from manuals and issues.
 */
export const OVERFLOWS: readonly string[] = [
  "Your input exceeds the context window of this model.",
  "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8500 in the messages, 500 in the completion).",
  "This model's maximum context length is 8192 tokens. However, you requested 512 output tokens and your prompt contains at least 8000 input tokens, for a total of 8512.",
  "Invalid request: Your request exceeded model token limit: 262144 (requested: 262189)",
  "Prompt exceeds max length",
  "Range of input length should be [1, 30720]",
  "Input is too long for requested model.",
  "Input is too long.",
  "Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)",
  "Trying to keep the first 15028 tokens when context the overflows.",
  "The input (9001 tokens) is longer than the model's context length (8192 tokens).",
  "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
  "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
  "This model's maximum prompt length is 131072 but the request contains 131100 tokens.",
  "litellm.ContextWindowExceededError: too long",
  "The prompt is longer than the maximum model length of 4096",
  "request exceeds the available context size, try increasing it",
  "Input token length too long",
  "Input tokens exceed the configured limit of 272000 tokens.",
  "The message exceeds the maximum context limit",
  "tokens in request more than max tokens allowed",
  "The context window exceeds limit (2013)",
  "Requested 40000 tokens but model only supports up to 32768",
  "Please reduce the length of the messages or completion.",
  "`inputs` tokens + `max_new_tokens` must be <= 4096",
  "The context exceeds your deployment",
];
