/**
 * Measures the work for a history in reads of its fields: time would depend on
 * the machine.
 *
 * @module
 */
import { ok } from "node:assert";
import {
  aRequest,
  assistant,
  aTarget,
  image,
  text,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import { toAnswerContext } from "./answer_context.ts";
import { Notices } from "./notices.ts";
import { translateRequest } from "./request.ts";

type Message = Record<string, unknown>;
const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

const SHAPES: [string, (size: number) => Message[]][] = [
  [
    "one tool use after the other",
    (size) =>
      many(size, (i) => [
        assistant(text("I look."), toolUse(`T${i}`, "Read", { path: "x" })),
        user(toolResult(`T${i}`, [text("content")])),
      ]).flat(),
  ],
  [
    "tool uses of one id",
    (size) =>
      many(size, () => [
        assistant(toolUse("T1")),
        user(toolResult("T1", "content")),
      ]).flat(),
  ],
  [
    "one turn of many tool uses",
    (size) => [
      assistant(...many(size, (i) => toolUse(`T${i}`))),
      user(...many(size, (i) => toolResult(`T${size - i}`, [image()]))),
    ],
  ],
  [
    "results without uses",
    (size) => [user(...many(size, (i) => toolResult(`T${i}`, "x")))],
  ],
  [
    "system messages between user messages",
    (size) =>
      many(size, (i) => [
        user(text("q")),
        { role: "system", content: `S${i}`, clear_at: "next_user_message" },
      ]).flat(),
  ],
  [
    "tools that come and go",
    (size) =>
      many(size, (i) => ({
        role: "system",
        content: ["tool_addition", "tool_removal"].map((type) => ({
          type,
          tool: { type: "tool_reference", name: `Tool${i % 20}` },
        })),
      })),
  ],
];

const tools = many(20, (i) => ({
  name: `Tool${i}`,
  input_schema: { type: "object" },
  defer_loading: true,
}));

for (const [what, toHistory] of SHAPES) {
  Deno.test(`translateRequest() does twice the work for twice ${what} (R68)`, () => {
    const small = readsFor(toHistory(500));
    const large = readsFor(toHistory(1_000));
    ok(large < 2.2 * small, `${small} reads, then ${large}`);
  });
}

/** How often translation reads a field of the request's messages. */
function readsFor(history: Message[]): number {
  const hi = user(text("hi"));
  const request = aRequest({ messages: [hi, ...history, hi], tools });
  let reads = 0;
  const counted = <T>(value: T): T => {
    if (typeof value !== "object" || value === null) return value;
    return new Proxy(value, {
      get(target, name, receiver) {
        reads++;
        return counted(Reflect.get(target, name, receiver));
      },
    });
  };
  const target = aTarget({ laterSystem: "in place" });
  const messages = counted(request.messages);
  const asked = { ...request, messages };
  translateRequest(asked, { target, inputTokens: 1, notices: new Notices() });
  toAnswerContext(asked, {
    target,
    messageId: "msg_1",
    inputTokens: 1,
    newToolUseId: () => "toolu_1",
  });
  return reads;
}
