import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  assistant,
  image,
  text,
  toolResult,
  toolUse,
  user,
} from "../../tests/builders.ts";
import { toInput } from "../../tests/responses_builders.ts";
import type { InputItem, ReasoningItem } from "../openai/responses.ts";
import { type Carried, encodeSignature } from "./signature.ts";

/** The one upstream and model that the builders' requests go to. */
const HERE = { dialect: "test", model: "m" };

function anItem(id: string): ReasoningItem {
  return {
    type: "reasoning",
    id,
    summary: [{ type: "summary_text", text: "é" }],
    encrypted_content: `cipher of ${id}`,
  };
}

/** A thinking block that carries this. */
function thinking(carried: Partial<Carried>) {
  const signature = encodeSignature({ ...HERE, ...carried });
  return { type: "thinking", thinking: "é", signature };
}

/** Items in short form: `rs_1`, `call toolu_1`, `output toolu_1`, `user`. */
function words(items: readonly InputItem[]): string[] {
  return items.map((item) => {
    switch (item.type) {
      case "reasoning":
        return item.id;
      case "function_call":
        return `call ${item.call_id}`;
      case "function_call_output":
        return `output ${item.call_id}`;
      case "message":
        return item.role;
    }
  });
}

/** A conversation around one turn of the model. */
function around(...blocks: unknown[]): unknown[] {
  const results = blocks.map((block) => Object(block))
    .filter(({ type }) => type === "tool_use")
    .map(({ id }) => toolResult(id, "r"));
  return [user(text("q")), assistant(...blocks), user(...results, text("go"))];
}

Deno.test("translateItems() sends what was said as it was said (P16)", () => {
  deepEqual(toInput([user(text("q")), assistant(text("a")), user(text("b"))]), [
    {
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: "q" }],
    },
    {
      type: "message",
      id: "msg_1",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "a", annotations: [] }],
    },
    {
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: "b" }],
    },
  ]);
});

Deno.test("translateItems() gives reasoning back unchanged, before its call (P2)", () => {
  const item = anItem("rs_1");
  const items = toInput(around(
    thinking({ item, before: "toolu_1" }),
    toolUse("toolu_1", "Bash", { command: "ls" }),
  ));
  deepEqual(items.slice(1, 4), [item, {
    type: "function_call",
    call_id: "toolu_1",
    name: "Bash",
    arguments: '{"command":"ls"}',
  }, {
    type: "function_call_output",
    call_id: "toolu_1",
    output: "r",
  }]);
});

Deno.test("translateItems() gives one thought back for two calls, then both outputs (P3)", () => {
  const items = toInput(around(
    thinking({ item: anItem("rs_1"), before: "toolu_1" }),
    toolUse("toolu_1"),
    toolUse("toolu_2"),
  ));
  deepEqual(words(items), [
    "user",
    "rs_1",
    "call toolu_1",
    "call toolu_2",
    "output toolu_1",
    "output toolu_2",
    "user",
  ]);
});

Deno.test("translateItems() gives each thought back where it was, thoughts of thoughts too", () => {
  const items = toInput(around(
    thinking({ item: anItem("rs_1"), before: "text" }),
    text("a"),
    thinking({ item: anItem("rs_2"), before: "thinking" }),
    thinking({ item: anItem("rs_3"), before: "toolu_1" }),
    toolUse("toolu_1"),
  ));
  deepEqual(words(items).slice(1, 6), [
    "rs_1",
    "assistant",
    "rs_2",
    "rs_3",
    "call toolu_1",
  ]);
});

const GONE: Record<string, unknown[]> = {
  "of another model (P4)": [
    thinking({ model: "other", item: anItem("rs_1"), before: "text" }),
    text("a"),
  ],
  "of another maker (P4)": [
    thinking({ dialect: "other", item: anItem("rs_1"), before: "text" }),
    text("a"),
  ],
  "whose call is gone (P6)": [
    thinking({ item: anItem("rs_1"), before: "toolu_0" }),
    toolUse("toolu_1"),
  ],
  "whose text is gone": [
    thinking({ item: anItem("rs_1"), before: "text" }),
    toolUse("toolu_1"),
  ],
  "whose text is blank": [
    thinking({ item: anItem("rs_1"), before: "text" }),
    text(" \n"),
    text("a"),
  ],
  "that came before nothing": [
    thinking({ item: anItem("rs_1") }),
    text("a"),
  ],
  "that came before a search": [
    thinking({ item: anItem("rs_1") }),
    { type: "server_tool_use", id: "s", name: "web_search", input: {} },
    text("a"),
  ],
  "whose next thought is gone": [
    thinking({ item: anItem("rs_1"), before: "thinking" }),
    text("a"),
  ],
  "before somebody else's": [
    thinking({ item: anItem("rs_1"), before: "text" }),
    { type: "thinking", thinking: "h", signature: "EqQB" },
    text("a"),
  ],
};

for (const [what, blocks] of Object.entries(GONE)) {
  Deno.test(`translateItems() sends no reasoning ${what}`, () => {
    const input = JSON.stringify(toInput(around(...blocks)));
    equal(input.includes("rs_1"), false, input);
  });
}

Deno.test("translateItems() keeps the latter of two thoughts whose item is there", () => {
  const items = toInput(around(
    thinking({ item: anItem("rs_1"), before: "toolu_0" }),
    thinking({ item: anItem("rs_2"), before: "text" }),
    text("a"),
  ));
  deepEqual(words(items), ["user", "rs_2", "assistant", "user"]);
});

Deno.test("translateItems() sends no reasoning to who has refused it (P13, P14)", () => {
  const messages = around(
    thinking({ item: anItem("rs_1"), before: "text", phase: "commentary" }),
    text("a"),
  );
  const items = toInput(messages, { reasoningBack: false });
  deepEqual(words(items), ["user", "assistant", "user"]);
  const [, message] = items;
  equal(message?.type === "message" && Object(message).phase, "commentary");
});

Deno.test("translateItems() sends reasoning once, however often it is in the history", () => {
  const turn = [
    thinking({ item: anItem("rs_1"), before: "text" }),
    text("a"),
  ];
  const items = toInput([...around(...turn), ...around(...turn)]);
  equal(words(items).filter((word) => word === "rs_1").length, 1);
});

Deno.test("translateItems() tells a text's phase again", () => {
  const items = toInput(around(
    thinking({ phase: "commentary" }),
    text("a"),
    toolUse("toolu_1"),
    thinking({ item: anItem("rs_1"), before: "text", phase: "final_answer" }),
    text("b"),
    text("c"),
  ));
  const phases = items.flatMap((item) =>
    item.type === "message" && item.role === "assistant" ? [item.phase] : []
  );
  deepEqual(phases, ["commentary", "final_answer", undefined]);
});

Deno.test("translateItems() leaves images and files in a call's output (P7)", () => {
  const items = toInput([
    user(text("q")),
    assistant(toolUse("toolu_1")),
    user(toolResult("toolu_1", [text("read"), image()])),
  ], { images: true });
  deepEqual(items.at(-1), {
    type: "function_call_output",
    call_id: "toolu_1",
    output: [
      { type: "input_text", text: "read" },
      {
        type: "input_image",
        image_url: "data:image/png;base64,aGk=",
        detail: "auto",
      },
    ],
  });
});

const RESULTS: [string, unknown, Record<string, unknown>, unknown][] = [
  ["a text", "r", {}, "r"],
  ["texts", [text("a"), text("b")], {}, "a\nb"],
  ["nothing", [], {}, "(no output)"],
  ["an error", "boom", { is_error: true }, "Error: boom"],
  ["an error that says so", "error: x", { is_error: true }, "error: x"],
  [
    "a tool",
    [{ type: "tool_reference", tool_name: "X" }],
    {},
    "Tool X is now available.",
  ],
];

for (const [what, content, rest, output] of RESULTS) {
  Deno.test(`translateItems() gives ${what} as a call's output`, () => {
    const items = toInput([
      user(text("q")),
      assistant(toolUse("toolu_1")),
      user(toolResult("toolu_1", content, rest)),
    ]);
    deepEqual(Object(items.at(-1)).output, output);
  });
}

Deno.test("translateItems() marks an error that is shown", () => {
  const items = toInput([
    user(text("q")),
    assistant(toolUse("toolu_1")),
    user(toolResult("toolu_1", [image()], { is_error: true })),
  ]);
  deepEqual(Object(items.at(-1)).output[0], {
    type: "input_text",
    text: "Error:",
  });
});

Deno.test("translateItems() answers every call, and tells results without one", () => {
  const items = toInput([
    user(text("q")),
    assistant(toolUse("toolu_1"), toolUse("toolu_2")),
    user(toolResult("toolu_2", "r"), toolResult("toolu_9", [image()])),
  ]);
  deepEqual(words(items), [
    "user",
    "call toolu_1",
    "call toolu_2",
    "output toolu_1",
    "output toolu_2",
    "user",
  ]);
  match(Object(items[3]).output, /interrupted/);
  const { content } = Object(items.at(-1));
  deepEqual(content.map(({ type }: { type: string }) => type), [
    "input_image",
    "input_text",
  ]);
});

Deno.test("translateItems() tells a later system message in its place, or as a reminder", () => {
  const messages = [
    user(text("q")),
    { role: "system", content: "S" },
    assistant(text("a")),
    user(text("b")),
  ];
  const role = { systemRole: "developer" as const };
  deepEqual(words(toInput(messages, role)), [
    "user",
    "developer",
    "assistant",
    "user",
  ]);
  const [first, second] = toInput(messages, { laterSystem: "reminder" });
  match(JSON.stringify(first), /<system-reminder>/);
  equal(Object(second).role, "assistant");
});

Deno.test("translateItems() tells of tools that ran elsewhere as text", () => {
  const items = toInput(around(
    {
      type: "server_tool_use",
      id: "s",
      name: "web_search",
      input: { query: "q" },
    },
    text("a"),
  ));
  match(JSON.stringify(items[1]), /\[web_search: q\]/);
});

Deno.test("translateItems() does not let the model go on with what it said", () => {
  throws(() => toInput([user(text("q")), assistant(text("{"))]), {
    message: /prefill/,
  });
});

Deno.test("translateItems() sends at least something", () => {
  deepEqual(words(toInput([user()])), ["user"]);
});

Deno.test("translateItems() keeps a prefix's bytes from turn to turn", () => {
  const before = around(
    thinking({ item: anItem("rs_1"), before: "toolu_1" }),
    toolUse("toolu_1"),
    text("a"),
  );
  const after = [...before, assistant(text("b")), user(text("c"))];
  const [short, long] = [toInput(before), toInput(after)];
  deepEqual(long.slice(0, short.length), short);
});
