import type { Case } from "./case.ts";
import { ANSWER_CASES } from "./cases/answers.ts";
import { ODD_ANSWER_CASES } from "./cases/answers_odd.ts";
import { CONTENT_CASES } from "./cases/content.ts";
import { ENDPOINT_CASES } from "./cases/endpoints.ts";
import { ERROR_CASES } from "./cases/errors.ts";
import { HISTORY_CASES } from "./cases/history.ts";
import { LESSON_CASES } from "./cases/lessons.ts";
import { LIMIT_CASES } from "./cases/limits.ts";
import { painCases } from "./cases/pains.ts";
import { REQUEST_CASES } from "./cases/request.ts";
import { RESPONSES_CASES } from "./cases/responses.ts";
import { RESPONSES_REASONING_CASES } from "./cases/responses_reasoning.ts";
import { STREAM_CASES } from "./cases/streams.ts";
import { STREAM_BLOCK_CASES } from "./cases/stream_blocks.ts";
import { STREAM_END_CASES } from "./cases/stream_ends.ts";
import { STREAM_WIRE_CASES } from "./cases/stream_wire.ts";
import { SURFACE_CASES } from "./cases/surface.ts";
import { TOOL_CASES } from "./cases/tools.ts";

const NUMBERED = [
  ...REQUEST_CASES,
  ...HISTORY_CASES,
  ...TOOL_CASES,
  ...CONTENT_CASES,
  ...LIMIT_CASES,
  ...SURFACE_CASES,
  ...ANSWER_CASES,
  ...ODD_ANSWER_CASES,
  ...STREAM_CASES,
  ...STREAM_BLOCK_CASES,
  ...STREAM_END_CASES,
  ...STREAM_WIRE_CASES,
  ...ERROR_CASES,
  ...LESSON_CASES,
  ...ENDPOINT_CASES,
  ...RESPONSES_CASES,
  ...RESPONSES_REASONING_CASES,
];

/** How the cases are numbered: a letter, its meaning, the highest number. */
export const GROUPS = [
  ["R", "Requests", 68],
  ["N", "Whole answers", 30],
  ["S", "Streamed answers", 40],
  ["E", "Errors", 24],
  ["C", "Endpoints and whole clients", 10],
  ["P", "OpenAI's Responses API", 16],
  ["A", "What other proxies get wrong", 18],
] as const;

/** The letter of a group. */
export type Group = (typeof GROUPS)[number][0];

/** Every case, in the order of its number. */
export const CASES: readonly Case[] = [...NUMBERED, ...painCases(NUMBERED)]
  .toSorted((a, b) => rank(a) - rank(b));

function rank({ id }: Case): number {
  const group = GROUPS.findIndex(([letter]) => id.startsWith(letter));
  return group * 1_000 + Number(id.slice(1));
}
