import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import type { ChatMessage } from "../openai/chat.ts";
import { withCallIds } from "./call_ids.ts";

const called = (...ids: string[]): ChatMessage[] => [
  {
    role: "assistant",
    content: null,
    tool_calls: ids.map((id) => ({
      id,
      type: "function",
      function: { name: "Bash", arguments: "{}" },
    })),
  },
  ...ids.map((tool_call_id): ChatMessage => ({
    role: "tool",
    tool_call_id,
    content: "r",
  })),
];

const idsOf = (messages: readonly ChatMessage[]) =>
  messages.flatMap((message) =>
    message.role === "tool" ? [message.tool_call_id] : []
  );

Deno.test("withCallIds() leaves ids alone where any will do", () => {
  const messages = called("toolu_1");
  deepEqual(withCallIds(messages, "any"), messages);
});

Deno.test("withCallIds() numbers calls over the whole conversation", () => {
  const messages = [...called("a", "b"), ...called("c")];
  const numbered = withCallIds(messages, "numbered");
  deepEqual(idsOf(numbered), [0, 1, 2].map((n) => `functions.Bash:${n}`));
  deepEqual(
    numbered.slice(0, 3),
    withCallIds(messages.slice(0, 3), "numbered"),
    "what went before keeps its bytes",
  );
});

Deno.test("withCallIds() keeps calls and results together, and ids apart", () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 });
  fc.assert(fc.property(ids, (ids) => {
    for (const style of ["9 characters", "numbered"] as const) {
      const messages = withCallIds(called(...ids), style);
      const [turn] = messages;
      ok(turn?.role === "assistant");
      const renamed = idsOf(messages);
      deepEqual(turn.tool_calls?.map(({ id }) => id), renamed);
      equal(new Set(renamed).size, ids.length);
      if (style === "numbered") continue;
      ok(renamed.every((id) => /^[a-z0-9]{9}$/.test(id)), renamed.join());
    }
  }));
});
