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

/** What may be in a request to one upstream and model. */
export interface Capabilities {
  /** OpenAI's reasoning models refuse `max_tokens`; most others know only it. */
  maxTokensField: "max_tokens" | "max_completion_tokens";
  systemRole: "system" | "developer";
  /**
   * A system message after the first: sent in its place, or as a reminder in
   * the user's turn, since strict chat templates refuse it (Qwen, llama.cpp).
   */
  laterSystem: "in place" | "reminder";
  /** The user may speak directly after a tool's result. */
  userAfterTool: boolean;
  /** User messages as several text parts; else one text. */
  textParts: boolean;
  images: boolean;
  /** PDFs as file parts. */
  pdfs: boolean;
  /** … and the address of a PDF in place of its bytes. */
  pdfUrls: boolean;
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
  /**
   * Which tool choices it knows: all; all but one by name, with `any` or
   * `required` for the rest; `auto` alone. What is lost is made up for by offering
   * fewer tools.
   */
  toolChoice: "full" | "any" | "required" | "auto";
  /** Takes a forced tool choice while it thinks; else thinking goes. */
  forcedWhileThinking: boolean;
  /**
   * How a tool call's id must look: any short one, 9 letters and digits, or
   * `functions.<name>:<number>`.
   */
  callIds: "any" | "9 characters" | "numbered";
  /**
   * JSON schemas as they are, without alternatives at their top, or held to
   * the keywords that all makers share.
   */
  schemas: "full" | "flat" | "subset";
  /** `content: null` beside tool calls; else an empty text. */
  nullContent: boolean;
  /** The conversation may end with the model's own words, to be continued. */
  prefill: boolean;
  /** Fields that switch thinking on and off where efforts do not. */
  thinkingOn: Readonly<Record<string, unknown>> | null;
  thinkingOff: Readonly<Record<string, unknown>> | null;
  /** Where an assistant message takes its earlier reasoning back. */
  reasoningField:
    | "reasoning_content"
    | "reasoning"
    | "reasoning_details"
    | "content"
    | null;
  /** The field must be there on every assistant message, if only empty. */
  reasoningRequired: boolean;
  /**
   * Signatures of Gemini's that its calls take back: those that came, a dummy
   * where none came, or dummies alone.
   */
  callSignatures: "kept" | "filled" | "dummy" | null;
  /** Tag around reasoning at the start of an answer's text, `<think>`. */
  thinkTag: "think" | "thought" | null;
  /** The opening tag stands in the prompt; the answer goes on behind it. */
  thinkTagPrefilled: boolean;
  /** `stream_options.include_usage`. */
  streamUsage: boolean;
  /** `prompt_cache_key`. */
  promptCacheKey: boolean;
  /** `prompt_cache_retention: "24h"`. */
  cacheRetention: boolean;
  /**
   * Where `cache_control` is taken over: wherever the client has set it, with
   * the time to live or without, or in the system prompt alone.
   */
  cacheBreakpoints: "timed" | "untimed" | "system" | null;
  /** `safety_identifier`. */
  safetyIdentifier: boolean;
  /** `service_tier`. */
  serviceTier: boolean;
  /** It streams for whoever the key belongs to. */
  streaming: boolean;
  /**
   * How the upstream is told to search the web: with OpenRouter's plugin, with
   * a tool of the Responses API; `null`: it cannot.
   */
  webSearch: "plugin" | "tool" | null;
  /** There is a Responses API beside Chat Completions, for all that is known. */
  responsesApi: boolean;
  /** Responses API: gives its reasoning encrypted, for the next turn. */
  encryptedReasoning: boolean;
  /** Responses API: takes back the reasoning this conversation has of it. */
  reasoningBack: boolean;
  /** Responses API: sums its reasoning up for the client to read. */
  reasoningSummaries: boolean;
  /** Messages API: takes no thinking but what it has signed itself. */
  signedThinking: boolean;
}

/** What every server can be expected to take. */
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
