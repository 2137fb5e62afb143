import { strictEqual as equal, throws } from "node:assert";
import { toStopReason } from "./stop_reason.ts";

/** Finish reason; stop reason without, and with a tool use. */
const ROWS = [
  ["stop", "end_turn", "tool_use"], // N3
  ["tool_calls", "end_turn", "tool_use"], // N2, N4
  ["function_call", "end_turn", "tool_use"], // N16
  ["length", "max_tokens", "max_tokens"], // N7, S32
  ["model_length", "max_tokens", "max_tokens"],
  ["model_context_window_exceeded", "max_tokens", "max_tokens"],
  ["content_filter", "refusal", "refusal"], // N6
  ["sensitive", "refusal", "refusal"],
] as const;

for (const [finishReason, alone, withToolUse] of ROWS) {
  Deno.test(`toStopReason() translates ${finishReason}`, () => {
    equal(toStopReason(finishReason, { hasToolUse: false }), alone);
    equal(toStopReason(finishReason, { hasToolUse: true }), withToolUse);
  });
}

Deno.test("toStopReason() calls DeepSeek's lack of resources an overload", () => {
  throws(
    () => toStopReason("insufficient_system_resource", { hasToolUse: false }),
    { type: "overloaded_error", status: 529 },
  );
});

Deno.test("toStopReason() never takes a reason it does not know for an end", () => {
  for (
    const finishReason of [
      "error",
      "network_error",
      "abort",
      "STOP",
      "",
      "constructor",
      "toString",
      "__proto__",
    ]
  ) {
    for (const hasToolUse of [true, false]) {
      throws(
        () => toStopReason(finishReason, { hasToolUse }),
        { type: "api_error", status: 502 },
        finishReason,
      );
    }
  }
});
