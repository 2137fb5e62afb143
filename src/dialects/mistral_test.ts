import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  assistant,
  chunk,
  says,
  targetAt,
  text,
  toChat,
  told,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import { playEvents } from "../../tests/playback.ts";
import { mistral } from "./mistral.ts";

const CALLED = {
  messages: [
    user(text("q")),
    assistant(toolUse("toolu_01AbC")),
    user(toolResult("toolu_01AbC", "r")),
  ],
};

Deno.test("Mistral gets ids of 9 characters, the same every time, for call and result", () => {
  const [, turn, result] = toChat(CALLED, targetAt(mistral, "m")).messages;
  ok(turn?.role === "assistant" && result?.role === "tool");
  const [call] = turn.tool_calls ?? [];
  equal(call?.id, result.tool_call_id);
  ok(/^[a-zA-Z0-9]{9}$/.test(result.tool_call_id), result.tool_call_id);
  deepEqual(
    toChat(CALLED, targetAt(mistral, "m")),
    toChat(CALLED, targetAt(mistral, "m")),
  );
});

const BEGUN = {
  messages: [user(text("as JSON")), assistant(text('{"a":'))],
};

Deno.test("Mistral's repeating of the answer's beginning is cut off", () => {
  const asked = { dialect: mistral, model: "m", fields: BEGUN };
  for (
    const [pieces, expected] of [
      [['{"', 'a":', " 1}"], "text  1}"],
      [['{"a": 1}'], "text  1}"],
      [[" 1}"], "text  1}"],
    ] as const
  ) {
    const events = playEvents([...says(...pieces), chunk({}, "stop")], asked);
    deepEqual(told(events), [expected, "end_turn"]);
  }
});
