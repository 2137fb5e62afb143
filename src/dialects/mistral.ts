import type { MessagesRequest } from "../anthropic/request.ts";
import type { ChatChunk } from "../openai/chat.ts";
import type { Dialect } from "./dialect.ts";

/** Models whose reasoning is switched by effort; Magistral always reasons. */
const ADJUSTABLE = /mistral-(small|medium)/;

/**
 * Mistral: call ids of 9 characters, `any` for a forced tool choice, reasoning
 * as parts of the content, both ways. Unknown fields cause a 422. The answer's
 * beginning may be given; the model then repeats it.
 *
 * @see {@link https://docs.mistral.ai/api/endpoint/chat}
 */
export const mistral: Dialect = {
  name: "mistral",
  hosts: ["api.mistral.ai", "codestral.mistral.ai"],
  capabilities: (model) => ({
    textParts: true,
    toolChoice: "any",
    callIds: "9 characters",
    schemas: "subset",
    streamUsage: false, // always in its last chunk
    efforts: ADJUSTABLE.test(model) ? ["none", "high"] : [],
    reasoningField: "content",
    thinkTag: null,
    prefill: true,
  }),
  request(chat) {
    const last = chat.messages.at(-1);
    if (last?.role !== "assistant") return chat;
    const messages = chat.messages.with(-1, { ...last, prefix: true });
    return { ...chat, messages };
  },
  chunks: (asked) => withoutBeginning(beginningOf(asked)),
};

/** The beginning of the answer that the client wrote, if any. */
function beginningOf({ messages }: MessagesRequest): string {
  const last = messages.at(-1);
  if (last?.role !== "assistant") return "";
  if (typeof last.content === "string") return last.content;
  return last.content.map((block) => block.type === "text" ? block.text : "")
    .join("");
}

/** Removes the beginning from an answer that repeats it. */
function withoutBeginning(beginning: string): (chunk: ChatChunk) => ChatChunk {
  let left = beginning;
  const cut = (text: string) => {
    const length = Math.min(left.length, text.length);
    const isRepeated = left.slice(0, length) === text.slice(0, length);
    left = isRepeated ? left.slice(length) : "";
    return isRepeated ? text.slice(length) : text;
  };
  return (chunk) => ({
    ...chunk,
    choices: chunk.choices?.map((choice) => {
      const { delta } = choice;
      if (typeof delta?.content !== "string") return choice;
      return { ...choice, delta: { ...delta, content: cut(delta.content) } };
    }),
  });
}
