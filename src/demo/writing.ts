/**
 * Brings the pretend model's answer within the request's limits and counts it.
 * Pure.
 *
 * @module
 */
import type { ChatRequest, ChatUsage } from "../openai/chat.ts";
import type { Call } from "./calls.ts";
import type { Answer } from "./model.ts";
import { CHARACTERS_PER_TOKEN, toUsage } from "./usage.ts";

/** What the outside adds to an answer. */
export interface Stamp {
  /** Part of every id of the answer, unique to it. */
  id: string;
  /** Epoch seconds. */
  created: number;
  /** The request's `promptText()`. */
  prompt: string;
  /** The same of the request before, for the cached tokens. */
  previousPrompt: string;
}

/** A tool call as it goes over the wire; `arguments` is JSON text. */
export type WrittenCall = {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
};

/** An answer cut to the request's limits, ready to be sent either way. */
export interface WrittenAnswer {
  id: string;
  created: number;
  model: string;
  reasoning: string;
  search: Answer["search"];
  text: string;
  calls: WrittenCall[];
  finishReason: "stop" | "length" | "tool_calls";
  usage: ChatUsage;
}

/**
 * Writes an answer down: gives it ids and usage, ends its text before a stop
 * sequence, and cuts it off (reasoning first to last argument) at `max_tokens`.
 */
export function writeAnswer(
  answer: Answer,
  request: ChatRequest,
  stamp: Stamp,
): WrittenAnswer {
  const pen = new Pen(maxTokens(request) * CHARACTERS_PER_TOKEN);
  const reasoning = pen.write(answer.reasoning ?? "");
  const text = pen.write(untilStop(answer.text ?? "", request.stop));
  const calls = writeCalls(answer.toolCalls ?? [], pen, stamp.id);
  const finished = calls.length > 0 ? "tool_calls" : "stop";
  const completion = reasoning + text +
    calls.map((call) => call.function.name + call.function.arguments).join("");
  return {
    id: `chatcmpl-${stamp.id}`,
    created: stamp.created,
    model: request.model,
    reasoning,
    search: answer.search,
    text,
    calls,
    finishReason: pen.isEmpty ? "length" : finished,
    usage: toUsage({
      prompt: stamp.prompt,
      previousPrompt: stamp.previousPrompt,
      reasoning,
      completion,
    }),
  };
}

/** Writes until its ink is used up, and knows if that was too early. */
class Pen {
  /** Whether something was not written to its end. */
  isEmpty = false;
  #left: number;

  constructor(characters: number) {
    this.#left = characters;
  }

  write(text: string): string {
    const written = text.slice(0, this.#left);
    this.#left -= written.length;
    this.isEmpty ||= written.length < text.length;
    return written.replace(/[\ud800-\udbff]$/, ""); // half a character
  }
}

/** Whole calls and perhaps a last one cut off in its arguments. */
function writeCalls(calls: Call[], pen: Pen, id: string): WrittenCall[] {
  const written: WrittenCall[] = [];
  for (const { name, arguments: input } of calls) {
    const text = pen.write(JSON.stringify(input));
    if (text === "") break;
    written.push({
      id: `call_${id}_${written.length}`,
      type: "function",
      function: { name, arguments: text },
    });
  }
  return written;
}

function maxTokens(request: ChatRequest): number {
  return request.max_completion_tokens ?? request.max_tokens ?? Infinity;
}

/** Upstreams accept a bare string and null for `stop` too. */
function untilStop(text: string, stop: unknown): string {
  const ends = [stop ?? []].flat().map((each) => text.indexOf(String(each)))
    .filter((end) => end >= 0);
  return text.slice(0, Math.min(...ends, text.length));
}
