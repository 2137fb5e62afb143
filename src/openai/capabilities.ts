/**
 * What an upstream accepts, for one of its models. Translation looks here and
 * never at the upstream's or the model's name; dialects and the catalogue fill
 * it in.
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

/** How many tokens a model accepts and returns. */
export interface Limits {
  /** Context window: prompt and answer together, in tokens. */
  contextTokens: number;
  /** Longest answer, including reasoning, in tokens. */
  maxOutputTokens: number;
}

/** What a request to one upstream and model may contain. */
export interface Capabilities {
  /**
   * OpenAI's reasoning models refuse `max_tokens`; most others know only it.
   */
  maxTokensField: "max_tokens" | "max_completion_tokens";
  systemRole: "system" | "developer";
  /**
   * A system message after the first: sent in place, or as a reminder in the
   * user's turn, since strict chat templates refuse it (Qwen, llama.cpp).
   */
  laterSystem: "in place" | "reminder";
  /** A user message may directly follow a tool's result. */
  userAfterTool: boolean;
  /** User messages as several text parts; else one text. */
  textParts: boolean;
  images: boolean;
  /** PDFs as file parts. */
  pdfs: boolean;
  /** … and a PDF's URL instead of its bytes. */
  pdfUrls: boolean;
  /** `temperature` and `top_p`. */
  sampling: boolean;
  topK: boolean;
  /** Efforts it accepts; empty if it has no such parameter. */
  efforts: readonly Effort[];
  /** Function tools while reasoning; else effort `none` is sent with tools. */
  toolsWithReasoning: boolean;
  parallelToolCalls: boolean;
  strictTools: boolean;
  /** `response_format` of type `json_schema`; else `json_object` and words. */
  jsonSchema: boolean;
  /** Maximum number of tools in a request. */
  maxTools: number;
  /**
   * Which tool choices it supports: all; all except one by name, with `any` or
   * `required` for the rest; only `auto`. Offering fewer tools makes up for the
   * others.
   */
  toolChoice: "full" | "any" | "required" | "auto";
  /** Accepts a forced tool choice while it thinks; else thinking is dropped. */
  forcedWhileThinking: boolean;
  /**
   * Required form of a tool call's id: any short one, 9 letters and digits, or
   * `functions.<name>:<number>`.
   */
  callIds: "any" | "9 characters" | "numbered";
  /**
   * JSON schemas unchanged, without alternatives at the top level, or reduced
   * to the keywords that all makers share.
   */
  schemas: "full" | "flat" | "subset";
  /** `content: null` with tool calls; else an empty text. */
  nullContent: boolean;
  /** The conversation may end with the answer's beginning, to be continued. */
  prefill: boolean;
  /** Fields that switch thinking on and off if efforts do not. */
  thinkingOn: Readonly<Record<string, unknown>> | null;
  thinkingOff: Readonly<Record<string, unknown>> | null;
  /** Where an assistant message accepts its earlier reasoning back. */
  reasoningField:
    | "reasoning_content"
    | "reasoning"
    | "reasoning_details"
    | "content"
    | null;
  /** The field is required on every assistant message, even if empty. */
  reasoningRequired: boolean;
  /**
   * Gemini's signatures its calls take back: the received ones, a dummy for
   * missing ones, or only dummies.
   */
  callSignatures: "kept" | "filled" | "dummy" | null;
  /** Tag around reasoning at the start of an answer's text, `<think>`. */
  thinkTag: "think" | "thought" | null;
  /** The opening tag is in the prompt; the answer continues after it. */
  thinkTagPrefilled: boolean;
  /** `stream_options.include_usage`. */
  streamUsage: boolean;
  /** `prompt_cache_key`. */
  promptCacheKey: boolean;
  /** `prompt_cache_retention: "24h"`. */
  cacheRetention: boolean;
  /**
   * Where `cache_control` is passed on: wherever the client set it, with its
   * time to live or without, or only in the system prompt.
   */
  cacheBreakpoints: "timed" | "untimed" | "system" | null;
  /** `safety_identifier`. */
  safetyIdentifier: boolean;
  /** `service_tier`. */
  serviceTier: boolean;
  /** It can stream for the key's owner. */
  streaming: boolean;
  /**
   * How the upstream is told to search the web: with OpenRouter's plugin, with
   * a tool of the Responses API; `null`: it cannot.
   */
  webSearch: "plugin" | "tool" | null;
  /** There is a Responses API beside Chat Completions, as far as known. */
  responsesApi: boolean;
  /** Responses API: returns its reasoning encrypted, for the next turn. */
  encryptedReasoning: boolean;
  /** Responses API: accepts this conversation's reasoning back. */
  reasoningBack: boolean;
  /** Responses API: summarizes its reasoning for the client to read. */
  reasoningSummaries: boolean;
  /** Messages API: accepts only thinking it has signed itself. */
  signedThinking: boolean;
}

/** What every server can be expected to accept. */
export const PLAIN: Capabilities = {
  maxTokensField: "max_tokens",
  systemRole: "system",
  laterSystem: "reminder",
  userAfterTool: true,
  textParts: false,
  images: true,
  pdfs: false,
  pdfUrls: false,
  sampling: true,
  topK: false,
  efforts: [],
  toolsWithReasoning: true,
  parallelToolCalls: true,
  strictTools: false,
  jsonSchema: true,
  maxTools: 128,
  toolChoice: "full",
  forcedWhileThinking: true,
  callIds: "any",
  schemas: "full",
  nullContent: true,
  prefill: false,
  thinkingOn: null,
  thinkingOff: null,
  reasoningField: null,
  reasoningRequired: false,
  callSignatures: null,
  thinkTag: "think",
  thinkTagPrefilled: false,
  streamUsage: true,
  promptCacheKey: false,
  cacheRetention: false,
  cacheBreakpoints: null,
  safetyIdentifier: false,
  serviceTier: false,
  streaming: true,
  webSearch: null,
  responsesApi: true,
  encryptedReasoning: true,
  reasoningBack: true,
  reasoningSummaries: true,
  signedThinking: false,
};
