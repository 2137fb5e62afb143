/**
 * Request translation: the system prompt and what a prompt cache depends on.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { assistant, text, toolResult, toolUse, user } from "../../builders.ts";
import { postMessages } from "../../support.ts";
import type { Case } from "../case.ts";
import { rolesOf, tool, wordsOf } from "../wire.ts";

/** Claude Code's billing line, which differs in every request. */
function billing(cch: string): string {
  return `x-anthropic-billing-header: cc_version=2.1.328; cch=${cch};`;
}

/** A later system message, as Claude Code sends it: after the user's turn. */
const LATER = [
  { role: "user", content: "q" },
  { role: "system", content: "S2" },
];

export const REQUEST_CASES: readonly Case[] = [
  {
    id: "R1",
    title: "a plain request has nothing in it that was not asked for",
    at: "every",
    async run(place) {
      const messages = [{ role: "user", content: "hi" }];
      const chat = await place.sent({ max_tokens: 50, messages });
      equal(chat.model, place.model);
      equal(chat.max_tokens ?? chat.max_completion_tokens, 50);
      deepEqual(chat.messages.map(({ role }) => role), ["user"]);
      equal(wordsOf(chat.messages[0]), "hi");
      // Long reasoning is not silence if it is streamed; some models reason
      // only when streaming.
      equal(
        chat.stream,
        place.api === "responses" || place.name === "dashscope",
      );
      for (
        const name of [
          "tools",
          "tool_choice",
          "reasoning_effort",
          "stop",
          "temperature",
        ]
      ) {
        equal(name in chat, false, name);
      }
    },
  },
  {
    id: "R2",
    title: "the system prompt comes first, in the role the model knows",
    at: "every",
    async run(place) {
      const { messages: [first] } = await place.sent({ system: "S" });
      if (place.api === "responses") { // its instructions
        return deepEqual(first, { role: "system", content: "S" });
      }
      const role = place.name === "openai" ||
          place.capabilities.systemRole === "developer"
        ? "developer"
        : "system";
      equal(first?.role, role);
      equal(wordsOf(first), "S");
    },
  },
  {
    id: "R3",
    title: "the billing line is left out, the rest is joined",
    at: "every",
    async run(place) {
      const cache_control = { type: "ephemeral" };
      const system = [
        text(billing("abc")),
        text("A"),
        { ...text("B"), cache_control },
      ];
      const { body, bodyText: bytes } = await place.asked({ system });
      equal(wordsOf(body.messages[0]), "A\n\nB");
      equal(bytes.includes("billing"), false);
      if (!/claude|gemini|qwen/.test(place.model)) {
        equal(bytes.includes("cache_control"), false);
      }
    },
  },
  {
    id: "R4",
    title: "another billing line gives the same bytes",
    at: "every",
    async run(place) {
      const asked = (cch: string) => ({
        system: [text(billing(cch)), text("A")],
        tools: [tool("Bash"), tool("Read")],
        messages: [...LATER, assistant(text("a")), user(text("q2"))],
      });
      const first = await place.bytes(asked("one"));
      equal(await place.bytes(asked("two")), first);
    },
  },
  {
    id: "R5",
    title: "a later system message is a reminder where templates are strict",
    at: ({ capabilities }) => capabilities.laterSystem === "reminder",
    async run(place) {
      const { messages } = await place.sent({ system: "S", messages: LATER });
      deepEqual(rolesOf(messages).slice(1), ["user"]);
      equal(
        wordsOf(messages[1]),
        "q\n\n<system-reminder>\nS2\n</system-reminder>",
      );
    },
  },
  {
    id: "R6",
    title: "a later system message stays in its place elsewhere",
    at: ({ capabilities }) => capabilities.laterSystem === "in place",
    async run(place) {
      const { messages } = await place.sent({ messages: LATER });
      const role = place.capabilities.systemRole;
      deepEqual(messages, [LATER[0], { role, content: "S2" }]);
    },
  },
  {
    id: "R7",
    title: "the next turn begins with the bytes of this one",
    at: "every",
    async run(place) {
      const tools = [tool("Bash")];
      const turns = [
        ...LATER,
        assistant(text("a"), toolUse("toolu_1")),
        user(toolResult("toolu_1", "r")),
        assistant(text("b")),
        user(text("q2")),
      ];
      const messagesOf = async (count: number): Promise<string[]> => {
        const messages = turns.slice(0, count);
        const bytes = await place.bytes({ system: "S", tools, messages });
        const sent = JSON.parse(bytes);
        return (sent.messages ?? sent.input).map(JSON.stringify);
      };
      const whole = await messagesOf(6);
      for (const count of [2, 4]) {
        const early = await messagesOf(count);
        deepEqual(whole.slice(0, early.length), early);
      }
    },
  },
  {
    id: "R8",
    title: "a system message for one turn is gone after it",
    at: "every",
    async run(place) {
      const once = {
        role: "system",
        content: "S2",
        clear_at: "next_user_message",
      };
      const shows = async (...messages: unknown[]) =>
        (await place.bytes({ messages })).includes("S2");
      const start = user(text("q"));
      ok(await shows(start, once));
      const later = [assistant(text("a")), user(text("q2"))];
      equal(await shows(start, once, ...later), false);
    },
  },
  {
    id: "R9",
    title: "two user messages in a row become one",
    at: "every",
    async run(place) {
      const messages = [user(text("a")), user(text("b"))];
      const chat = await place.sent({ messages });
      deepEqual(rolesOf(chat.messages), ["user"]);
      equal(wordsOf(chat.messages[0]), "a\n\nb");
    },
  },
  {
    id: "R10",
    title: "text blocks become one string where parts are not taken",
    at: ({ capabilities }) => !capabilities.textParts,
    async run(place) {
      const messages = [user(text("a"), text("b"))];
      const chat = await place.sent({ messages });
      deepEqual(chat.messages, [{ role: "user", content: "a\n\nb" }]);
    },
  },
  {
    id: "R28",
    title: "no tools: neither tools nor a choice of them",
    at: "every",
    async run(place) {
      const tool_choice = { type: "auto", disable_parallel_tool_use: true };
      const chat = await place.sent({ tools: [], tool_choice });
      for (const name of ["tools", "tool_choice", "parallel_tool_calls"]) {
        equal(name in chat, false, name);
      }
    },
  },
  {
    id: "R59",
    title: "context_management is accepted and answered with no edits",
    at: "once",
    async run(place) {
      const context_management = {
        edits: [{ type: "clear_thinking_20251015", keep: "all" }],
      };
      await using proxy = place.open();
      const response = await postMessages(proxy, { context_management });
      const message = await response.json();
      deepEqual(message.context_management, { applied_edits: [] });
      const [exchange] = proxy.upstream.exchanges;
      equal(exchange?.bodyText.includes("context_management"), false);
    },
  },
];
