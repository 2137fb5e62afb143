import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import {
  assistant,
  aTarget,
  text,
  toChat,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import type { Capabilities } from "../openai/capabilities.ts";

const HOUR = { type: "ephemeral", ttl: "1h" };
const SHORT = { type: "ephemeral" };
const marked = (value: string, cache_control: unknown = SHORT) => ({
  ...text(value),
  cache_control,
});

type Taken = Capabilities["cacheBreakpoints"];

function chatWith(cacheBreakpoints: Taken, fields: Record<string, unknown>) {
  return toChat(fields, aTarget({ cacheBreakpoints, textParts: true }));
}

/** As Claude Code sets them: in the system prompt, and at the latest turn. */
const SESSION = {
  system: [text("x-anthropic-billing-header: a"), marked("A"), marked("B")],
  messages: [
    user(text("q")),
    assistant(text("a"), toolUse("toolu_1", "Bash")),
    user({ ...toolResult("toolu_1", "r"), cache_control: SHORT }),
  ],
};

Deno.test("translateRequest() takes breakpoints over where they are (B.22)", () => {
  const { messages } = chatWith("timed", SESSION);
  deepEqual(messages[0]?.content, [marked("A"), marked("B")]);
  deepEqual(messages[1]?.content, [text("q")]);
  equal(messages[2]?.content, "a");
  deepEqual(messages[3]?.content, [marked("r")]);
});

Deno.test("translateRequest() takes no breakpoint over where none is taken (R3)", () => {
  const chat = chatWith(null, {
    ...SESSION,
    cache_control: SHORT,
    tools: [{ name: "Bash", input_schema: {}, cache_control: SHORT }],
  });
  equal(JSON.stringify(chat).includes("cache_control"), false);
  equal(chat.messages[0]?.content, "A\n\nB");
});

Deno.test("translateRequest() takes over the system prompt's breakpoints alone", () => {
  const { messages } = chatWith("system", SESSION);
  deepEqual(messages[0]?.content, [marked("A"), marked("B")]);
  deepEqual(messages.slice(1).map(({ content }) => content), ["q", "a", "r"]);
});

Deno.test("translateRequest() changes nothing but the breakpoint when it moves on", () => {
  const [first, second, third] = SESSION.messages;
  const turns = [
    [user(marked("q"))],
    [first, second, third],
    [first, second, user(toolResult("toolu_1", "r")), user(marked("go on"))],
  ];
  const bare = turns.map((messages) => {
    const { messages: chat } = chatWith("timed", { ...SESSION, messages });
    return chat.map((message) =>
      JSON.stringify(
        message,
        (key, value) => key === "cache_control" ? undefined : value,
      )
    );
  });
  for (const [index, earlier] of bare.slice(0, -1).entries()) {
    deepEqual(bare[index + 1]?.slice(0, earlier.length), earlier);
  }
});

const ENDS: [string, unknown[], unknown[]][] = [
  ["a text", [text("a"), marked("b")], [text("a"), marked("b")]],
  [
    "an image",
    [{
      type: "image",
      source: { type: "url", url: "https://x/i.png" },
      cache_control: SHORT,
    }],
    [{
      type: "image_url",
      image_url: { url: "https://x/i.png" },
      cache_control: SHORT,
    }],
  ],
  [
    "a document",
    [{
      type: "document",
      source: { type: "text", data: "d" },
      cache_control: SHORT,
    }],
    [marked("d")],
  ],
  ["nothing", [text("a"), marked("")], [text("a")]],
];

for (const [what, given, expected] of ENDS) {
  Deno.test(`translateRequest() takes over a breakpoint of ${what}`, () => {
    const fields = { messages: [user(...given)] };
    deepEqual(chatWith("timed", fields).messages[0]?.content, expected);
  });
}

Deno.test("translateRequest() takes over breakpoints of tools, of the model's turn and in a result", () => {
  const chat = chatWith("timed", {
    tools: [{ name: "Bash", input_schema: {}, cache_control: HOUR }],
    messages: [
      user(text("q")),
      assistant(marked("a"), toolUse("toolu_1", "Bash")),
      user(toolResult("toolu_1", [marked("r")])),
    ],
  });
  deepEqual(chat.tools?.map(({ cache_control }) => cache_control), [HOUR]);
  deepEqual(chat.messages[1]?.content, [marked("a")]);
  deepEqual(chat.messages[2]?.content, [marked("r")]);
});

Deno.test("translateRequest() leaves the time to live out where none is taken", () => {
  const fields = { messages: [user(marked("q", HOUR))] };
  deepEqual(chatWith("timed", fields).messages[0]?.content, [
    marked("q", HOUR),
  ]);
  deepEqual(chatWith("untimed", fields).messages[0]?.content, [marked("q")]);
});

Deno.test("translateRequest() ends the conversation with the request's own breakpoint", () => {
  const asked = { ...SESSION, cache_control: HOUR };
  deepEqual(chatWith("timed", asked).messages.at(-1)?.content, [
    marked("r", HOUR),
  ]);
  const plain = { cache_control: SHORT, messages: [user(text("q"))] };
  deepEqual(chatWith("timed", plain).messages, [
    { role: "user", content: [marked("q")] },
  ]);
});

Deno.test("translateRequest() takes over the breakpoint of a later system message", () => {
  const { messages } = chatWith("timed", {
    messages: [user(text("q")), { role: "system", content: [marked("s")] }],
  });
  deepEqual(messages[0]?.content, [
    text("q"),
    marked("<system-reminder>\ns\n</system-reminder>"),
  ]);
});
