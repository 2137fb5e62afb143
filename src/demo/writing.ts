/**
 * Applies the request's limits to the simulated model's answer, and counts it.
 * Pure.
 *
 * @module
 */
import type { ChatRequest, ChatUsage } from "../openai/chat.ts";
import type { Call } from "./calls.ts";
import type { Answer } from "./model.ts";
import { CHARACTERS_PER_TOKEN, toUsage } from "./usage.ts";

/** What is added to an answer from outside. */
export interface Stamp {
  /** Part of every id of the answer, unique to it. */
  id: string;
  /** Epoch seconds. */
  created: number;
  /** The request's `promptText()`. */
  prompt: string;
  /** The same for the previous request, for the cached tokens. */
  previousPrompt: string;
}

/** A tool call as sent; `arguments` is JSON text. */
export type WrittenCall = {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
};

/** An answer cut to the request's limits, to be sent whole or streamed. */
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
 * Finishes an answer: gives it ids and usage, ends its text before a stop
 * sequence, and cuts it off (reasoning first, arguments last) at `max_tokens`.
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
  /** Whether something was not completely written. */
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

/** Whole calls, and possibly a last one whose arguments are cut off. */
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

/** Upstreams also accept a bare string and null for `stop`. */
function untilStop(text: string, stop: unknown): string {
  const ends = [stop ?? []].flat().map((each) => text.indexOf(String(each)))
    .filter((end) => end >= 0);
  return text.slice(0, Math.min(...ends, text.length));
}
