/**
 * What an upstream takes, for one of its models. Translation asks these and
 * never the upstream's or the model's name; dialects and the catalogue answer.
 *
 * @module
 */

/** How hard a model thinks, weakest first. */
export const EFFORTS = [
  "none",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
] as const;

/** A value of `reasoning_effort`. */
export type Effort = (typeof EFFORTS)[number];

/** How many tokens a model takes and gives. */
export interface Limits {
  /** Context window: prompt and answer together, in tokens. */
  contextTokens: number;
  /** Longest answer, reasoning included, in tokens. */
  maxOutputTokens: number;
}

/** What may be in a Chat Completions request to one upstream and model. */
export interface Capabilities {
  /** OpenAI's reasoning models refuse `max_tokens`; most others know only it. */
  maxTokensField: "max_tokens" | "max_completion_tokens";
  systemRole: "system" | "developer";
  /**
   * A system message after the first: sent in its place, or as a reminder in
   * the user's turn, since strict chat templates refuse it (Qwen, llama.cpp).
   */
  laterSystem: "in place" | "reminder";
  /** User messages as several text parts; else one text. */
  textParts: boolean;
  images: boolean;
  /** PDFs as file parts. */
  pdfs: boolean;
  /** `temperature` and `top_p`. */
  sampling: boolean;
  topK: boolean;
  /** Efforts it knows; empty where it has no such parameter. */
  efforts: readonly Effort[];
  /** Function tools while reasoning; else effort `none` is sent with tools. */
  toolsWithReasoning: boolean;
  parallelToolCalls: boolean;
  strictTools: boolean;
  /** `response_format` of type `json_schema`; else `json_object` and words. */
  jsonSchema: boolean;
  /** Most tools in a request. */
  maxTools: number;
  /** Field of an assistant message that takes its earlier reasoning back. */
  reasoningField:
    | "reasoning_content"
    | "reasoning"
    | "reasoning_details"
    | null;
  /** The field must be there on every assistant message, if only empty. */
  reasoningRequired: boolean;
  /** `stream_options.include_usage`. */
  streamUsage: boolean;
  /** `prompt_cache_key`. */
  promptCacheKey: boolean;
  /** `safety_identifier`. */
  safetyIdentifier: boolean;
}

/** What every Chat Completions server can be expected to take. */
export const PLAIN: Capabilities = {
  maxTokensField: "max_tokens",
  systemRole: "system",
  laterSystem: "reminder",
  textParts: false,
  images: true,
  pdfs: false,
  sampling: true,
  topK: false,
  efforts: [],
  toolsWithReasoning: true,
  parallelToolCalls: true,
  strictTools: false,
  jsonSchema: true,
  maxTools: 128,
  reasoningField: null,
  reasoningRequired: false,
  streamUsage: true,
  promptCacheKey: false,
  safetyIdentifier: false,
};
