import { deepStrictEqual as deepEqual } from "node:assert";
import { chunk, says, toEvents, told } from "../../tests/builders.ts";
import type { ChatChunk } from "../openai/chat.ts";
import type { AnswerContext } from "./answer_context.ts";

/** The chat template has opened the tag. */
const PREFILLED: Partial<AnswerContext> = {
  thinking: "shown",
  thinkTag: "think",
  thinkTagPrefilled: true,
};
const CALL = chunk({
  tool_calls: [{ index: 0, function: { name: "Bash", arguments: "{}" } }],
});
const STOP = chunk({}, "stop");

const ROWS: [string, ChatChunk[], string[], Partial<AnswerContext>?][] = [
  [
    "takes all for thinking until a prefilled tag closes (B.34)",
    [...says("a", "b</thi", "nk>c"), STOP],
    ["thinking ab", "text c", "end_turn"],
  ],
  [
    "tells again as text what no tag has shown to be thinking",
    [...says("a", "b"), STOP],
    ["thinking ab", "text ab", "end_turn"],
  ],
  [
    "takes thinking that is cut short for thinking",
    [...says("a", "b"), chunk({}, "length")],
    ["thinking ab", "max_tokens"],
  ],
  [
    "takes thinking that ends in a call for thinking",
    [...says("a"), CALL, STOP],
    ["thinking a", "Bash {}", "tool_use"],
  ],
  [
    "takes text for the answer where reasoning comes by itself",
    [chunk({ reasoning_content: "h" }), ...says("a"), STOP],
    ["thinking h", "text a", "end_turn"],
  ],
  [
    "gives the answer, too, to a client that wants no thinking",
    [...says("a", "b"), STOP],
    ["text ab", "end_turn"],
    { thinking: "off" },
  ],
];

for (const [promise, chunks, expected, given] of ROWS) {
  Deno.test(`StreamTranslator ${promise}`, () => {
    deepEqual(told(toEvents(chunks, { ...PREFILLED, ...given })), expected);
  });
}
