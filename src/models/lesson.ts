/**
 * What an upstream's refusal teaches about it: which parameter it does not
 * take, told by its words. Asked again without, it answers.
 *
 * @module
 */
import { type Capabilities, EFFORTS } from "../openai/capabilities.ts";
import type { UpstreamFailure } from "../openai/errors.ts";

/** Something learned: capabilities and limits that differ from what was thought. */
export interface Lesson {
  /** What was learned, in words for the log. */
  what: string;
  capabilities?: Partial<Capabilities>;
  /** Longest answer the model gives, in tokens. */
  maxOutputTokens?: number;
}

/** A lesson that words teach. */
interface Row extends Omit<Lesson, "maxOutputTokens"> {
  pattern: RegExp;
}

const NOT_TAKEN =
  "(?:unsupported|not support|unknown|unrecognized|unexpected|extra|not permitted|invalid|unavailable)";

/** Words about a parameter that is not taken, in either order. */
function refusing(parameter: string): RegExp {
  const quoted = `['"\`(]?${parameter}['"\`)]?`;
  return new RegExp(
    `\\b${quoted}.{0,80}${NOT_TAKEN}|${NOT_TAKEN}.{0,80}\\b${quoted}`,
    "is",
  );
}

/** First match wins: a text may name the parameter to use instead. */
const ROWS: readonly Row[] = [
  {
    what: "takes max_completion_tokens, not max_tokens",
    pattern: /max_tokens.{0,80}use 'max_completion_tokens'/is,
    capabilities: { maxTokensField: "max_completion_tokens" },
  },
  {
    what: "takes max_tokens, not max_completion_tokens",
    pattern: refusing("max_completion_tokens"),
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

/**
 * Reads a lesson from a refusal.
 *
 * @returns `null` if it teaches nothing that is not known already: asking again
 * would give the same refusal.
 */
export function toLesson(
  { text }: UpstreamFailure,
  known: Capabilities,
): Lesson | null {
  const atMost =
    /supports at most (\d+) completion tokens|max_tokens.{0,60}(?:at most|less than or equal to|maximum(?: value)? (?:is|of)) (\d+)/is
      .exec(text);
  if (atMost) {
    const maxOutputTokens = Number(atMost[1] ?? atMost[2]);
    return { what: `gives ${maxOutputTokens} tokens at most`, maxOutputTokens };
  }
  if (refusing("reasoning_effort").test(text) && known.toolsWithReasoning) {
    const lesson = effortsLesson(text, known);
    if (lesson) return lesson;
  }
  const row = ROWS.find(({ pattern, capabilities }) =>
    pattern.test(text) && isNews(capabilities ?? {}, known)
  );
  if (!row) return null;
  const { what, capabilities = {} } = row;
  return { what, capabilities };
}

/** "Supported values are: 'low', 'medium', and 'high'", or the whole parameter refused. */
function effortsLesson(text: string, known: Capabilities): Lesson | null {
  const listed = /supported values are:?(.{0,200})/is.exec(text)?.[1] ?? "";
  const efforts = EFFORTS.filter((effort) =>
    new RegExp(`\\b${effort}\\b`).test(listed)
  );
  if (efforts.join() === known.efforts.join()) return null;
  const what = efforts.length > 0
    ? `knows the efforts ${efforts.join(", ")}`
    : "takes no reasoning_effort";
  return { what, capabilities: { efforts } };
}

function isNews(
  learned: Partial<Capabilities>,
  known: Capabilities,
): boolean {
  return Object.entries(learned)
    .some(([name, value]) => known[name as keyof Capabilities] !== value);
}
