/**
 * The simulated model: decides what to answer. It runs commands and reads files
 * through the client's tools when asked to, quotes what they return, follows a
 * schema, and otherwise talks a little. Pure: same request, same answer.
 *
 * @module
 */
import type { ChatRequest } from "../openai/chat.ts";
import { type Call, selectCalls } from "./calls.ts";
import { readSituation, type Situation } from "./conversation.ts";
import { firstLines, shorten } from "./phrases.ts";
import { isRecord, sampleValue } from "./sample.ts";

/** What the model says, before limits and wire format. */
export interface Answer {
  reasoning?: string;
  text?: string;
  /** Parallel if there are several. */
  toolCalls?: Call[];
  /** What the upstream searched the web for before it answered. */
  search?: { query: string; sources: string[] };
}

const QUOTED_LINES = 8;

/** Answers a chat request. */
export function answer(request: ChatRequest): Answer {
  const situation = readSituation(request.messages);
  const toolCalls = selectCalls(request, situation);
  const reasoning = wantsReasoning(request)
    ? { reasoning: reasonAbout(situation, toolCalls) }
    : {};
  if (toolCalls.length > 0) return { ...reasoning, toolCalls };
  const search = searchFor(request, situation);
  if (search) return { ...reasoning, search, text: reportOn(search) };
  const text = writeJson(request, situation) ?? writeProse(situation);
  return { ...reasoning, text };
}

/** Dialects differ in how they switch reasoning on. */
function wantsReasoning(request: ChatRequest): boolean {
  const { reasoning_effort: effort, thinking, reasoning } = request;
  if (effort !== undefined) return effort !== "none";
  if (isRecord(thinking)) return thinking.type !== "disabled";
  if (!isRecord(reasoning)) return false;
  return reasoning.enabled !== false && reasoning.effort !== "none";
}

function reasonAbout(situation: Situation, calls: Call[]): string {
  const subject = shorten(situation.instruction, 80);
  if (calls.length > 0) {
    const names = calls.map((call) => call.name).join(" and ");
    return `The request is "${subject}". I need ${names} for that.`;
  }
  return situation.results.length > 0
    ? `The tools have answered "${subject}". I quote what they say.`
    : `The request is "${subject}". No tool is needed, so I just answer.`;
}

/** A search, if the request offers one (Responses). */
function searchFor(
  { hosted_tools }: ChatRequest,
  { instruction }: Situation,
): Answer["search"] {
  if (!Array.isArray(hosted_tools) || instruction === "") return undefined;
  const query = instruction.replace(
    /^Perform a web search for the query: /,
    "",
  );
  const sources = ["https://example.com/", "https://example.org/"];
  return { query: shorten(query, 200), sources };
}

function reportOn({ query, sources }: NonNullable<Answer["search"]>): string {
  return `The demo upstream pretends to have found "${query}" at ` +
    `${sources.join(" and ")}.`;
}

/** JSON text if a response format requires it. */
function writeJson(
  request: ChatRequest,
  { instruction }: Situation,
): string | undefined {
  const format = request.response_format;
  if (format?.type === "json_schema") {
    return JSON.stringify(sampleValue(format.json_schema.schema, instruction));
  }
  if (format?.type !== "json_object") return undefined;
  return JSON.stringify({ answer: shorten(instruction, 200) });
}

function writeProse(situation: Situation): string {
  const { instruction, results, attachments } = situation;
  if (results.length > 0) {
    const quotes = results.map((result) => `\n\n${quote(result)}`).join("");
    return `Done. The demo upstream got this back:${quotes}`;
  }
  const sentences = [
    "This is CCProxy's **demo upstream**: a pretend model in the same process.",
    instruction === ""
      ? "You have not asked anything yet."
      : `You wrote: "${shorten(instruction, 200)}".`,
    ...(attachments > 0 ? [`Images and files with it: ${attachments}.`] : []),
    "Ask me to run `ls` or to read a file, and I call your client's tools.",
  ];
  return sentences.join(" ");
}

/** The first lines as a code block; with a longer fence if they need one. */
function quote(result: string): string {
  if (result.trim() === "") return "(nothing)";
  const lines = firstLines(result, QUOTED_LINES);
  const fence = lines.includes("```") ? "`````" : "```";
  return `${fence}\n${lines}\n${fence}`;
}
