/**
 * The wording upstreams use to refuse a parameter, and what it teaches.
 *
 * @module
 */
import type { Capabilities } from "../openai/capabilities.ts";

/** A lesson taught by some wording. */
interface LessonRow {
  /** What is learned, worded for the log. */
  what: string;
  pattern?: RegExp;
  /** Name of the parameter, if the refusal gives it. */
  param?: string;
  capabilities: Partial<Capabilities>;
  /** Nothing is learned if this is already known, which goes further. */
  unless?: Partial<Capabilities>;
  /** It applies only to the conversation that was refused. */
  isOfRequest?: boolean;
}

const NOT_TAKEN =
  "(?:unsupported|not support|unknown|unrecognized|unexpected|extra|not permitted|invalid|unavailable)";

/** Wording that says a parameter is not accepted, in either order. */
export function refusing(parameter: string): RegExp {
  const quoted = `['"\`(]?${parameter}['"\`)]?`;
  return new RegExp(
    `\\b${quoted}.{0,80}${NOT_TAKEN}|${NOT_TAKEN}.{0,80}\\b${quoted}`,
    "is",
  );
}

/** First match wins: a text may name the parameter to use instead. */
export const LESSON_ROWS: readonly LessonRow[] = [
  {
    what: "takes none of this conversation's reasoning back",
    pattern:
      /without its required following item|item with id '?rs_\w+'? not found|duplicate item found with id '?rs_|invalid_encrypted_content|encrypted content .{0,4000}could not be (?:verified|decrypted)/is,
    capabilities: { reasoningBack: false },
    isOfRequest: true,
  },
  {
    what: "sums no reasoning up",
    pattern: /verified to generate reasoning summar/i,
    param: "reasoning.summary",
    capabilities: { reasoningSummaries: false },
  },
  {
    what: "encrypts no reasoning",
    pattern: /encrypted content is not supported/i,
    param: "include",
    capabilities: { encryptedReasoning: false },
  },
  {
    what: "does not stream",
    pattern: /verified to stream/i,
    capabilities: { streaming: false },
  },
  {
    what: "takes max_completion_tokens, not max_tokens",
    pattern: /max_tokens.{0,80}use 'max_completion_tokens'/is,
    capabilities: { maxTokensField: "max_completion_tokens" },
  },
  {
    what: "takes max_tokens, not max_completion_tokens",
    pattern: refusing("(?<!use .)max_completion_tokens"),
    capabilities: { maxTokensField: "max_tokens" },
  },
  {
    what: "reasons only without tools",
    pattern: /function tools with reasoning_effort are not supported/i,
    capabilities: { toolsWithReasoning: false },
  },
  {
    what: "wants reasoning_content back",
    pattern: /reasoning_content.{0,80}(?:must be passed back|is missing)/is,
    capabilities: {
      reasoningField: "reasoning_content",
      reasoningRequired: true,
    },
  },
  {
    what: "takes no reasoning_content back",
    pattern:
      /remove the `?reasoning_content|reasoning_content.{0,40}not (?:allowed|permitted|supported)/is,
    capabilities: { reasoningField: null, reasoningRequired: false },
  },
  {
    what: "takes its own signatures alone, and none of these",
    pattern:
      /(?:corrupted|invalid) thought.?signature|thought.?signature is (?:not valid|invalid)/i,
    capabilities: { callSignatures: "dummy" },
  },
  {
    what: "wants a thought_signature on calls",
    pattern: /missing (?:a )?`?thought_?signature/i,
    capabilities: { callSignatures: "filled" },
    unless: { callSignatures: "dummy" },
  },
  {
    what: "forces no tool while it thinks",
    pattern:
      /thinking mode does not support this tool_choice|tool_choice.{0,120}(?:thinking|reasoning)|(?:thinking|reasoning).{0,120}tool_choice/is,
    capabilities: { forcedWhileThinking: false },
  },
  {
    what: "forces a tool with any",
    pattern: /tool_choice.{0,200}['"]any['"]/is,
    capabilities: { toolChoice: "any" },
  },
  {
    what: "forces no tool by its name",
    pattern: /tool_choice.{0,80}object.{0,120}required/is,
    capabilities: { toolChoice: "required" },
    unless: { toolChoice: "auto" },
  },
  {
    what: "knows no tool choice but auto",
    pattern: refusing("tool_choice"),
    capabilities: { toolChoice: "auto" },
  },
  {
    what: "wants call ids of 9 letters and digits",
    pattern: /tool call id.{0,120}length of 9/is,
    capabilities: { callIds: "9 characters" },
  },
  {
    what: "knows no alternatives at a schema's top",
    pattern: /schema must have type 'object' and not have/i,
    capabilities: { schemas: "flat" },
    unless: { schemas: "subset" },
  },
  {
    what: "takes no null beside tool calls",
    pattern:
      /content.{0,60}(?:cannot|must not|may not|can't) be (?:null|none)|content.{0,60}(?:null|none\b).{0,40}(?:not allowed|not supported|invalid)/is,
    capabilities: { nullContent: false },
  },
  {
    what: "does not think",
    pattern: /does not support thinking/i,
    capabilities: { efforts: [], thinkingOn: null, thinkingOff: null },
  },
  {
    what: "has no switch for thinking",
    pattern: refusing("(?:chat_template_kwargs|enable_thinking|extra_body)"),
    capabilities: { thinkingOn: null, thinkingOff: null },
  },
  {
    what: "lets no user speak after a tool",
    pattern:
      /unexpected role '?user'? after role '?tool|(?:expected|got).{0,40}role.{0,40}after.{0,20}tool/is,
    capabilities: { userAfterTool: false },
  },
  {
    what: "takes no system message but the first",
    pattern:
      /system message must be at the beginning|conversation roles must alternate|system messages? (?:is|are) only allowed/i,
    capabilities: { laterSystem: "reminder" },
  },
  {
    what: "knows no developer role",
    pattern: /developer.{0,60}(?:role|is not one of)|role.{0,60}developer/is,
    capabilities: { systemRole: "system" },
  },
  {
    what: "takes no temperature and top_p",
    pattern: refusing("(?:temperature|top_p)"),
    capabilities: { sampling: false },
  },
  {
    what: "takes no top_k",
    pattern: refusing("top_k"),
    capabilities: { topK: false },
  },
  {
    what: "takes no parallel_tool_calls",
    pattern: refusing("parallel_tool_calls"),
    capabilities: { parallelToolCalls: false },
  },
  {
    what: "takes no stream_options",
    pattern: refusing("stream_options"),
    capabilities: { streamUsage: false },
  },
  {
    what: "takes no prompt_cache_key",
    pattern: refusing("prompt_cache_key"),
    capabilities: { promptCacheKey: false },
  },
  {
    what: "takes no cache_control",
    pattern: refusing("cache_control"),
    capabilities: { cacheBreakpoints: null },
  },
  {
    what: "takes no prompt_cache_retention",
    pattern: refusing("prompt_cache_retention"),
    param: "prompt_cache_retention",
    capabilities: { cacheRetention: false },
  },
  {
    what: "takes no service_tier",
    pattern: refusing("service_tier"),
    capabilities: { serviceTier: false },
  },
  {
    what: "takes no safety_identifier",
    pattern: refusing("safety_identifier"),
    capabilities: { safetyIdentifier: false },
  },
  {
    what: "knows no json_schema",
    pattern: refusing("(?:json_schema|response_format)"),
    capabilities: { jsonSchema: false },
  },
  {
    what: "knows but a part of JSON Schema",
    pattern:
      /unknown name \\?"(?:\$|const|additionalProperties|propertyNames|exclusive|patternProperties|oneOf|allOf|not\\?"|default|examples)|invalid (?:tool|function)[ _](?:parameter|schema)|schema keyword|\btools[.[]\S{0,80}.{0,120}(?:unsupported|unknown|not supported|unrecognized)/is,
    capabilities: { schemas: "subset" },
  },
  {
    what: "knows no strict tools",
    pattern: refusing("strict"),
    capabilities: { strictTools: false },
  },
  {
    what: "takes no images",
    pattern:
      /(?:not support|no endpoints found that support|cannot process|does not accept) image|image(?:_url)?.{0,40}(?:not supported|unsupported)|not a multimodal model/is,
    capabilities: { images: false },
  },
  {
    what: "takes no PDFs",
    pattern: refusing("file"),
    capabilities: { pdfs: false },
  },
];
