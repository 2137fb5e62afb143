import { deepStrictEqual as deepEqual } from "node:assert";
import {
  assistant,
  image,
  text,
  toMessages,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";

const begun = [user(text("q")), assistant(toolUse("toolu_1"))];
const result = toolResult("toolu_1", "r");

/** Role and content of what follows the call. */
function after(...content: unknown[]) {
  const messages = [...begun, user(...content)];
  return toMessages(messages, { userAfterTool: false }).slice(2)
    .map(({ role, content }) => [role, content]);
}

Deno.test("withWordsAfterTool() puts the user's words into the result", () => {
  deepEqual(after(result, text("go on")), [["tool", "r\n\ngo on"]]);
  deepEqual(after(result), [["tool", "r"]]);
});

Deno.test("withWordsAfterTool() leaves images where they are", () => {
  const [tool, message] = after(result, image());
  deepEqual(tool, ["tool", "r"]);
  deepEqual(message?.[0], "user");
});

Deno.test("withWordsAfterTool() leaves all as it is where users may speak", () => {
  const messages = [...begun, user(result, text("go on"))];
  deepEqual(
    toMessages(messages).map(({ role }) => role),
    ["user", "assistant", "tool", "user"],
  );
});
