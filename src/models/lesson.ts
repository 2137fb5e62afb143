/**
 * What an upstream's refusal teaches about it: its wording says which parameter
 * it rejects. Asked again without it, the upstream answers.
 *
 * @module
 */
import {
  type Capabilities,
  EFFORTS,
  type Limits,
} from "../openai/capabilities.ts";
import type { UpstreamFailure } from "../openai/errors.ts";
import { LESSON_ROWS, refusing } from "./lesson_rows.ts";
import type { TargetApi } from "./select_target.ts";

/** Something learned: how the upstream differs from what was assumed. */
export interface Lesson {
  /** What was learned, worded for the log. */
  what: string;
  /** The API to use for the model. */
  api?: TargetApi;
  capabilities?: Partial<Capabilities>;
  /** Longest answer the model gives, in tokens. */
  maxOutputTokens?: number;
  /** It applies only to the conversation that was refused. */
  isOfRequest?: boolean;
}

/**
 * OpenAI; Groq and others "less than or equal to"; DeepSeek and DashScope
 * "[1, 8192]"; Ollama "maximum output tokens (65536)"; Volcengine "a value <=".
 */
const AT_MOST =
  /supports at most (\d+) completion tokens|max_(?:completion_|output_)?tokens.{0,80}?(?:at most|less than or equal to|maximum(?: value)? (?:is|of)|maximum output tokens|\[\d+,|a value <=) [`(]?(\d+)/is;

/**
 * Reads a lesson from a refusal.
 *
 * @param known What is assumed about the model so far.
 * @returns `null` if it teaches nothing new: asking again would give the same
 * refusal.
 */
export function toLesson(
  { text, param }: UpstreamFailure,
  known: Capabilities & Partial<Limits>,
): Lesson | null {
  const atMost = AT_MOST.exec(text);
  if (atMost) {
    const maxOutputTokens = Number(atMost[1] ?? atMost[2]);
    const { maxOutputTokens: held = Infinity } = known;
    if (held <= maxOutputTokens) return null; // it was already respected, in vain
    return { what: `gives ${maxOutputTokens} tokens at most`, maxOutputTokens };
  }
  const isOfTools = /function tools with reasoning_effort/i.test(text);
  const isOfEffort = param === "reasoning.effort" ||
    refusing("reasoning[._]effort").test(text);
  if (isOfEffort && !isOfTools) {
    const lesson = effortsLesson(text, known);
    if (lesson) return lesson;
  }
  const row = LESSON_ROWS.find(({ pattern, capabilities, unless, ...row }) =>
    (pattern?.test(text) || (row.param && row.param === param)) &&
    isNews(capabilities, known) && (!unless || isNews(unless, known))
  );
  if (!row) return null;
  const { what, capabilities, isOfRequest } = row;
  return { what, capabilities, ...(isOfRequest ? { isOfRequest } : {}) };
}

/** "Supported values are: 'low', 'medium', and 'high'", or a plain refusal. */
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
  return Object.entries(learned).some(([name, value]) =>
    JSON.stringify(known[name as keyof Capabilities]) !== JSON.stringify(value)
  );
}
