/**
 * The Chat Completions API as upstreams speak it. What we send is typed by
 * hand; what we receive is parsed with loose schemas in which every field may
 * be missing or null, since upstreams omit, null and add fields at will.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat}
 * @module
 */
import { z } from "zod";

/** The prompt is cached up to this point (OpenRouter). */
export interface CacheControl {
  type: "ephemeral";
  ttl?: string;
}

/** A text part. */
export interface ChatTextPart {
  type: "text";
  text: string;
  cache_control?: CacheControl;
}

/** A part of a user message. Tool messages accept only text. */
export type ChatContentPart =
  | ChatTextPart
  | {
    type: "image_url";
    image_url: { url: string };
    cache_control?: CacheControl;
  }
  | {
    type: "file";
    file: { filename: string; file_data: string };
    cache_control?: CacheControl;
  };

/** The model's call of a function; `arguments` is JSON text. */
export interface ChatToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
  /** Gemini's signature of the call. */
  extra_content?: unknown;
}

/** Earlier reasoning as a part of an assistant message (Mistral). */
export type ChatReasoningPart =
  | { type: "thinking"; thinking: { type: "text"; text: string }[] }
  | ChatTextPart;

/** A model turn of the history. Dialects add their reasoning fields. */
export interface ChatAssistantMessage {
  role: "assistant";
  content: string | ChatReasoningPart[] | null;
  tool_calls?: ChatToolCall[];
  reasoning_content?: string;
  reasoning?: string;
  reasoning_details?: unknown[];
  /** Gemini's signature of the text. */
  extra_content?: unknown;
  /** Marks it as the beginning of the answer (Mistral). */
  prefix?: true;
}

/** One message of the history we send. */
export type ChatMessage =
  | { role: "system" | "developer"; content: string | ChatTextPart[] }
  | { role: "user"; content: string | ChatContentPart[] }
  | ChatAssistantMessage
  | { role: "tool"; tool_call_id: string; content: string | ChatTextPart[] };

/** A function the model may call. */
export interface ChatTool {
  type: "function";
  function: {
    name: string;
    description?: string;
    parameters: Record<string, unknown>;
    strict?: boolean;
  };
  cache_control?: CacheControl;
}

/** Whether the model must, may or must not call a tool. */
export type ChatToolChoice =
  | "auto"
  | "none"
  | "required"
  | "any" // Mistral
  | { type: "function"; function: { name: string } };

/** Makes OpenRouter search the web before the model answers. */
export interface WebPlugin {
  id: "web";
  max_results: number;
  max_uses?: number;
  include_domains?: string[];
  exclude_domains?: string[];
  user_location?: Record<string, unknown>;
}

/** Body of `POST /chat/completions`. Dialects add fields of their own. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  tools?: ChatTool[];
  tool_choice?: ChatToolChoice;
  parallel_tool_calls?: boolean;
  response_format?: {
    type: "json_schema";
    json_schema: {
      name: string;
      schema: Record<string, unknown>;
      strict: boolean;
    };
  } | { type: "json_object" };
  max_tokens?: number;
  max_completion_tokens?: number;
  reasoning_effort?: string;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop?: string[];
  prompt_cache_key?: string;
  safety_identifier?: string;
  service_tier?: string;
  plugins?: WebPlugin[];
  stream: boolean;
  stream_options?: { include_usage: true };
  [extension: string]: unknown;
}

const ChatUsage = z.looseObject({
  prompt_tokens: z.number().nullish(),
  completion_tokens: z.number().nullish(), // Gemini omits it when there are none
  total_tokens: z.number().nullish(),
  prompt_tokens_details: z.looseObject({
    cached_tokens: z.number().nullish(),
    cache_write_tokens: z.number().nullish(),
    cache_creation_input_tokens: z.number().nullish(), // Alibaba
  }).nullish(),
  completion_tokens_details: z.looseObject({
    reasoning_tokens: z.number().nullish(),
  }).nullish(),
  cached_tokens: z.number().nullish(), // Kimi
  reasoning_tokens: z.number().nullish(), // SGLang
  prompt_cache_hit_tokens: z.number().nullish(), // DeepSeek, beside or instead of the details
  prompt_cache_miss_tokens: z.number().nullish(), // the rest of the prompt
  // OpenRouter: what it charges, in US dollars, and, with the user's own key,
  // what the maker charges on top. Others use these fields differently.
  cost: z.number().nullish().catch(null),
  is_byok: z.boolean().nullish().catch(null),
  cost_details: z.looseObject({
    upstream_inference_cost: z.number().nullish(),
  }).nullish().catch(null),
});

const ToolCallDelta = z.looseObject({
  index: z.number().nullish(), // Gemini's endpoint omits it or repeats 0
  id: z.string().nullish(), // llama.cpp may leave it empty
  function: z.looseObject({
    name: z.string().nullish(),
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())])
      .nullish(), // some proxies send the object itself
  }).nullish(),
  extra_content: z.unknown().optional(), // Gemini's signature of the call
});

/** A page the answer cites, if the upstream searched the web. */
const Annotation = z.looseObject({
  url_citation: z.looseObject({
    url: z.string(),
    title: z.string().nullish(),
    content: z.string().nullish(), // OpenRouter: what the page says
  }).nullish(), // absent from annotations of files
});

/** What a chunk adds; a whole message has the same fields, all at once. */
const ChatDelta = z.looseObject({
  content: z.union([
    z.string(),
    z.array(z.looseObject({
      type: z.string(),
      text: z.string().nullish(),
      thinking: z.union([
        z.string(),
        z.array(z.looseObject({ text: z.string().nullish() })),
      ]).nullish(), // Mistral
    })),
  ]).nullish(),
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish(), // DeepSeek, Kimi, GLM, xAI, llama.cpp
  reasoning: z.string().nullish(), // OpenRouter, vLLM, Groq, Ollama
  reasoning_details: z.array(z.unknown()).nullish(), // OpenRouter
  tool_calls: z.array(ToolCallDelta).nullish(),
  function_call: ToolCallDelta.shape.function, // the field's name until 2023
  annotations: z.array(Annotation).nullish().catch(null), // never worth an error
  extra_content: z.unknown().optional(), // Gemini's signature of the text
});

/** One `chat.completion.chunk`. The trailing usage chunk has no choices. */
export const ChatChunk = z.looseObject({
  choices: z.array(z.looseObject({
    delta: ChatDelta.nullish(),
    finish_reason: z.string().nullish(),
  })).nullish(),
  usage: ChatUsage.nullish(),
  error: z.unknown().optional(), // OpenRouter and others fail inside a 200 stream
});

/** A whole `chat.completion`. */
export const ChatCompletion = z.looseObject({
  choices: z.array(z.looseObject({
    message: ChatDelta.nullish(),
    finish_reason: z.string().nullish(),
  })).nullish(),
  usage: ChatUsage.nullish(),
  error: z.unknown().optional(),
});

export type ChatUsage = z.infer<typeof ChatUsage>;
export type ChatDelta = z.infer<typeof ChatDelta>;
export type Annotation = z.infer<typeof Annotation>;
export type ToolCallDelta = z.infer<typeof ToolCallDelta>;
export type ChatChunk = z.infer<typeof ChatChunk>;
export type ChatCompletion = z.infer<typeof ChatCompletion>;

/**
 * A whole completion as the only chunk of a stream. Its calls are numbered, so
 * that each is separate whatever their ids are (llama.cpp leaves them empty).
 */
export function toChunk({ choices, ...rest }: ChatCompletion): ChatChunk {
  let index = 0;
  return {
    ...rest,
    choices: choices?.map(({ message, finish_reason }) => ({
      delta: message && {
        ...message,
        tool_calls: message.tool_calls
          ?.map((call) => ({ ...call, index: index++ })),
      },
      finish_reason,
    })),
  };
}
