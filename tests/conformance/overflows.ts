/**
 * How upstreams say that a prompt is too long: one text per maker, and the
 * phrases that Claude Code itself recognizes, with the numbers they become;
 * `null` if they give none. Constructed from manuals and issues; quoted ones
 * are in tests/fixtures.
 */
export const OVERFLOWS: readonly (readonly [string, string | null])[] = [
  ["Your input exceeds the context window of this model.", null],
  [
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8500 in the messages, 500 in the completion).",
    "8500 tokens > 8192",
  ],
  [
    "This model's maximum context length is 8192 tokens. However, you requested 512 output tokens and your prompt contains at least 8000 input tokens, for a total of 8512.",
    "8000 + 512 > 8192",
  ],
  [
    "Invalid request: Your request exceeded model token limit: 262144 (requested: 262189)",
    "6 + 262183 > 262144",
  ],
  ["Prompt exceeds max length", null],
  ["Range of input length should be [1, 30720]", "30721 tokens > 30720"],
  ["Input is too long for requested model.", null],
  ["Input is too long.", null],
  [
    "Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)",
    "15028 tokens > 7424",
  ],
  ["Trying to keep the first 15028 tokens when context the overflows.", null],
  [
    "The input (9001 tokens) is longer than the model's context length (8192 tokens).",
    "9001 tokens > 8192",
  ],
  [
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    "1200000 tokens > 1048576",
  ],
  [
    "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
    "40000 tokens > 32768",
  ],
  [
    "This model's maximum prompt length is 131072 but the request contains 131100 tokens.",
    "131100 tokens > 131072",
  ],
  ["litellm.ContextWindowExceededError: too long", null],
  [
    "The prompt is longer than the maximum model length of 4096",
    "4097 tokens > 4096",
  ],
  ["request exceeds the available context size, try increasing it", null],
  ["Input token length too long", null],
  [
    "Input tokens exceed the configured limit of 272000 tokens.",
    "272001 tokens > 272000",
  ],
  ["The message exceeds the maximum context limit", null],
  ["tokens in request more than max tokens allowed", null],
  ["The context window exceeds limit (2013)", null],
  [
    "Requested 40000 tokens but model only supports up to 32768",
    "6 + 39994 > 32768",
  ],
  ["Please reduce the length of the messages or completion.", null],
  ["`inputs` tokens + `max_new_tokens` must be <= 4096", "4097 tokens > 4096"],
  ["The context exceeds your deployment", null],
];
