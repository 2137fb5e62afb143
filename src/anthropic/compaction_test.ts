import { deepStrictEqual as deepEqual } from "node:assert";
import {
  assistant,
  text,
  toMessages,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { parsePrompt } from "./request.ts";

const summary = (content: string | null, rest = {}) => ({
  type: "compaction",
  content,
  ...rest,
});
const old = [user(text("old question")), assistant(text("old answer"))];
const SUMMARY = "<conversation-summary>\nWe fixed it.\n</conversation-summary>";

Deno.test("sinceCompaction() leaves out what a summary stands for", () => {
  const messages = [
    ...old,
    user(text("more")),
    assistant(
      text("before it"),
      summary("We fixed it.", { encrypted_content: "x", signature: "y" }),
      text("after it"),
    ),
    user(text("Go on")),
  ];
  deepEqual(toMessages(messages), [
    { role: "user", content: SUMMARY },
    { role: "assistant", content: "after it" },
    { role: "user", content: "Go on" },
  ]);
});

Deno.test("sinceCompaction() goes by the last of several summaries", () => {
  const messages = [
    ...old,
    assistant(summary("Long ago.")),
    user(text("more")),
    assistant(summary("We fixed it.")),
    user(text("Go on")),
  ];
  deepEqual(toMessages(messages), [
    { role: "user", content: `${SUMMARY}\n\nGo on` },
  ]);
});

Deno.test("sinceCompaction() keeps the whole conversation where compaction failed", () => {
  const messages = [
    ...old,
    user(text("more")),
    assistant(summary(null), text("on")),
    user(text("Go on")),
  ];
  deepEqual(toMessages(messages).map(({ content }) => content), [
    "old question",
    "old answer",
    "more",
    "on",
    "Go on",
  ]);
});

Deno.test("sinceCompaction() keeps a result whose call is in the summary as text (R25)", () => {
  const messages = [
    user(text("q")),
    assistant(toolUse("T1")),
    user(summary("We fixed it."), toolResult("T1", "done")),
  ];
  deepEqual(toMessages(messages), [{
    role: "user",
    content: `${SUMMARY}\n\n[Result of tool call T1]\ndone`,
  }]);
});

Deno.test("what a summary stands for costs no tokens", () => {
  const long = user(text("word ".repeat(10_000)));
  const since = [assistant(summary("We fixed it.")), user(text("Go on"))];
  const tokens = [since, [long, ...since]].map((messages) =>
    estimatePrompt(parsePrompt({ model: "m", messages }))
  );
  deepEqual(tokens[0], tokens[1]);
});
