/**
 * Models that always think and whose chat template opens `<think>` in the
 * prompt, so that a server without a reasoning parser sends only the closing
 * tag. Models whose thinking can be switched off are excluded, though their
 * templates may do the same: an answer without reasoning would be taken for
 * reasoning until its end.
 *
 * @see {@link https://github.com/vllm-project/vllm/issues/31045} Qwen3 Thinking
 * @see {@link https://github.com/vllm-project/vllm/issues/17144} QwQ
 * @see {@link https://huggingface.co/deepseek-ai/DeepSeek-R1/discussions/144}
 * @see {@link https://github.com/cubist38/mlx-openai-server/issues/179} MiniMax
 */
const MODELS = /qwq|qwen3.*thinking|deepseek-r1|minimax-m2/i;

/** Whether a model's answers continue after a `<think>` in the prompt. */
export function isThinkPrefilled(model: string): boolean {
  return MODELS.test(model);
}
