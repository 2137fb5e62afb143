/**
 * Request translation: turns of the model, tool calls and their results.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { ChatMessage, ChatRequest } from "../../../src/openai/chat.ts";
import {
  assistant,
  image,
  pdf,
  text,
  toolResult,
  toolUse,
  user,
} from "../../builders.ts";
import { makePdf, pdfBlock } from "../../pdf.ts";
import type { Case } from "../case.ts";
import type { Place } from "../place.ts";
import { inputOf, rolesOf, typesOf, wordsOf } from "../wire.ts";

/** Thinking whose signature was not made here. */
const FOREIGN = { type: "thinking", thinking: "T", signature: "foreign" };

/** The translation of one result of one call. */
async function toolText(place: Place, result: unknown): Promise<string> {
  const messages = [user(text("q")), assistant(toolUse("toolu_1")), result];
  const chat = await place.sent({ messages });
  return wordsOf(chat.messages.find(({ role }) => role === "tool"));
}

/** Ids of the calls and of the results we sent, in order. */
function idsOf({ messages }: ChatRequest): [calls: string[], tools: string[]] {
  return [
    messages.flatMap((message) => callsOf(message).map(({ id }) => id)),
    messages.flatMap((message) =>
      message.role === "tool" ? [message.tool_call_id] : []
    ),
  ];
}

function callsOf(message: ChatMessage | undefined) {
  return message?.role === "assistant" ? message.tool_calls ?? [] : [];
}

/** Whether an item is the output of a call (Responses). */
function isOutput({ type }: { type: string }): boolean {
  return type === "function_call_output";
}

/** Two calls in one turn, then these blocks of the user's. */
function parallel(...blocks: unknown[]): unknown[] {
  return [
    user(text("q")),
    assistant(toolUse("T1"), toolUse("T2", "Read")),
    user(...blocks),
  ];
}

export const HISTORY_CASES: readonly Case[] = [
  {
    id: "R11",
    title: "text blocks of the model are glued without a seam",
    at: "every",
    async run(place) {
      const said = assistant(text("a"), text("b"));
      const messages = [user(text("q")), said, user(text("r"))];
      equal((await place.sent({ messages })).messages[1]?.content, "ab");
    },
  },
  {
    id: "R12",
    title: "a turn with thinking, text and a call keeps text and call",
    at: "every",
    async run(place) {
      const use = toolUse("T1", "Bash", { command: "ls" });
      const turn = assistant(FOREIGN, text("x"), use);
      const messages = [user(text("q")), turn, user(toolResult("T1", "r"))];
      const message = (await place.sent({ messages })).messages[1];
      equal(wordsOf(message), "x");
      const [made] = callsOf(message);
      equal(made?.type, "function");
      const args = '{"command":"ls"}';
      deepEqual(made.function, { name: "Bash", arguments: args });
      if (place.name !== "openai") return;
      deepEqual(Object.keys(message ?? {}), ["role", "content", "tool_calls"]);
      equal(made.id, "T1");
    },
  },
  {
    id: "R13",
    title: "a turn of calls alone has no text",
    at: "every",
    async run(place) {
      const messages = [
        user(text("q")),
        assistant(toolUse("toolu_1")),
        user(toolResult("toolu_1", "r")),
      ];
      const asked = await place.asked({ messages });
      const [, message] = asked.body.messages;
      const { content = null } = message ?? {};
      ok(content === null || content === "", JSON.stringify(content));
      equal(callsOf(message).length, 1);
      if (place.api === "chat") return;
      const [, ...items] = typesOf(inputOf(asked));
      deepEqual(items, ["function_call", "function_call_output"]);
    },
  },
  {
    id: "R14",
    title: "a turn of foreign thinking alone is left out",
    at: "once",
    async run(place) {
      const messages = [user(text("a")), assistant(FOREIGN), user(text("b"))];
      const chat = await place.sent({ messages });
      deepEqual(rolesOf(chat.messages), ["user"]);
      equal(wordsOf(chat.messages[0]), "a\n\nb");
    },
  },
  {
    id: "R15",
    title: "results follow in the order of their calls, other text after them",
    at: "every",
    async run(place) {
      const messages = parallel(
        toolResult("T2", "two"),
        toolResult("T1", "one"),
        text("go"),
      );
      const chat = await place.sent({ messages });
      const words = chat.messages.slice(2).map(wordsOf).join("\n");
      match(words, /^one\ntwo\s+go$/);
      const [calls, tools] = idsOf(chat);
      deepEqual(tools, calls);
    },
  },
  {
    id: "R16",
    title: "text blocks of a result are joined by a line break",
    at: "every",
    async run(place) {
      const result = toolResult("toolu_1", [text("a"), text("b")]);
      equal(await toolText(place, user(result)), "a\nb");
    },
  },
  {
    id: "R17",
    title: "a result without content says so",
    at: "every",
    async run(place) {
      for (const content of [undefined, "", []]) {
        const result = user(toolResult("toolu_1", content));
        equal(await toolText(place, result), "(no output)");
      }
    },
  },
  {
    id: "R18",
    title: "a failed tool's result is marked as one, once",
    at: "every",
    async run(place) {
      const failed = (content: string) =>
        toolText(
          place,
          user(toolResult("toolu_1", content, { is_error: true })),
        );
      equal(await failed("boom"), "Error: boom");
      const marked = "<tool_use_error>x</tool_use_error>";
      equal(await failed(marked), marked);
    },
  },
  {
    id: "R19",
    title:
      "an image of a result follows in a user message, or stays where it may",
    at: ({ capabilities }) => capabilities.images,
    async run(place) {
      const messages = parallel(
        toolResult("T1", [image()]),
        toolResult("T2", "two"),
      );
      if (place.api === "responses") {
        const { input } = JSON.parse(await place.bytes({ messages }));
        const [output] = input.filter(isOutput);
        return equal(output.output[0].image_url, "data:image/png;base64,aGk=");
      }
      const chat = await place.sent({ messages });
      equal(wordsOf(chat.messages[2]), "[see attached image 1]");
      equal(chat.messages[3]?.role, "tool");
      const parts = chat.messages.at(-1)?.content;
      ok(JSON.stringify(parts).includes("data:image/png;base64,aGk="));
      equal(chat.messages.at(-1)?.role, "user");
    },
  },
  {
    id: "R20",
    title: "nothing comes between two results, not even an image",
    at: "every",
    async run(place) {
      const messages = parallel(
        toolResult("T1", [image()]),
        toolResult("T2", "two"),
      );
      const roles = rolesOf((await place.sent({ messages })).messages);
      deepEqual(roles.slice(0, 4), ["user", "assistant", "tool", "tool"]);
    },
  },
  {
    id: "R21",
    title:
      "a PDF of a result goes as a file, else as its text, else it is refused",
    at: "every",
    byDesign:
      "where files are not taken, the PDF's own text goes; only one without text is refused",
    shownBy: "tests/pdf_test.ts",
    async run(place) {
      const reading = (block: unknown) => [
        user(text("q")),
        assistant(toolUse("toolu_1", "Read")),
        user(toolResult("toolu_1", [text("read"), block])),
      ];
      if (place.capabilities.pdfs) {
        const { body, bodyText } = await place.asked({
          messages: reading(pdf()),
        });
        match(wordsOf(body.messages[2]), /^read/);
        const last = place.api === "responses"
          ? JSON.parse(bodyText).input.findLast(isOutput)
          : body.messages.at(-1);
        const bytes = JSON.stringify(last);
        ok(bytes.includes("data:application/pdf;base64,JVBERi0="), bytes);
        return;
      }
      const messages = reading(pdf());
      const { status, error } = await place.refuses(() => undefined, {
        messages,
      });
      equal(status, 400);
      match(error.message, /^This model does not support PDF input/);
      if (place.name !== "plain") return; // reading one takes time
      const written = pdfBlock(makePdf("the contents"));
      const bytes = await place.bytes({ messages: reading(written) });
      match(bytes, /read\W.*the contents/);
    },
  },
  {
    id: "R25",
    title: "a result without its call is told as text",
    at: "every",
    byDesign:
      "there is no strict mode: a client cannot recover from the 400 it would give",
    async run(place) {
      const messages = [user(toolResult("toolu_gone", "left over"))];
      const { messages: [message] } = await place.sent({ messages });
      equal(message?.role, "user");
      match(wordsOf(message), /toolu_gone[^]*left over/);
    },
  },
  {
    id: "R26",
    title: "a call without its result gets one that says so",
    at: "every",
    async run(place) {
      const messages = [
        user(text("q")),
        assistant(toolUse("toolu_1")),
        user(text("never mind")),
      ];
      const chat = await place.sent({ messages });
      equal(chat.messages[2]?.role, "tool");
      match(wordsOf(chat.messages[2]), /no result/);
      match(wordsOf(chat.messages.at(-1)), /never mind$/);
    },
  },
  {
    id: "R27",
    title: "calls of one id get ids of their own, results go with them",
    at: "every",
    async run(place) {
      const turn = (said: string) => [
        assistant(toolUse("call_0")),
        user(toolResult("call_0", said)),
      ];
      const messages = [user(text("q")), ...turn("one"), ...turn("two")];
      const chat = await place.sent({ messages });
      const [calls, tools] = idsOf(chat);
      notEqual(calls[0], calls[1]);
      deepEqual(tools, calls);
      const said = chat.messages.filter(({ role }) => role === "tool");
      deepEqual(said.map(wordsOf), ["one", "two"]);
    },
  },
];
