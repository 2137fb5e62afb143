import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import {
  answerContext,
  chunk,
  says,
  toBlocks,
  toEvents,
  told,
} from "../../tests/builders.ts";
import type { ChatChunk, ToolCallDelta } from "../openai/chat.ts";
import type { AnswerContext } from "./answer_context.ts";
import { decodeSignature } from "./signature.ts";
import { StreamTranslator } from "./stream.ts";

const usage = { prompt_tokens: 10, completion_tokens: 2 };
const stop = chunk({}, "stop");
const calling = (...tool_calls: ToolCallDelta[]) => chunk({ tool_calls });
const reasoning = (reasoning_content: string) => chunk({ reasoning_content });
const fn = (name: string | undefined, args?: string) => ({
  name,
  arguments: args,
});

Deno.test("StreamTranslator tells a text in these events (S1)", () => {
  const chunks = [
    chunk({ content: "" }),
    ...says("He", "llo"),
    stop,
    { choices: [], usage },
  ];
  const events = toEvents(chunks);
  const [start, ...rest] = events;
  equal(start?.type, "message_start");
  if (start?.type !== "message_start") return;
  deepEqual(start.message.content, []);
  deepEqual(
    [start.message.id, start.message.model, start.message.stop_reason],
    ["msg_1", "claude-sonnet-5", null],
  );
  const delta = (text: string) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text },
  });
  deepEqual(rest, [
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "text", text: "", citations: null },
    },
    delta("He"),
    delta("llo"),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: {
        stop_reason: "end_turn",
        stop_sequence: null,
        stop_details: null,
        container: null,
      },
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 2,
        output_tokens_details: { thinking_tokens: 0 },
        server_tool_use: null,
      },
    },
    { type: "message_stop" },
  ]);
});

const SHOWN: Partial<AnswerContext> = { thinking: "shown" };
const WHOLE = [
  chunk({ content: "hi" }, "stop"),
  chunk({ content: "!" }, "stop"),
];

const ROWS: [string, ChatChunk[], string[], Partial<AnswerContext>?][] = [
  ["puts arguments together (S2)", [
    calling({ index: 0, id: "c", function: fn("Bash", "") }),
    ...['{"co', 'mmand"', ":", '"ls', '"}'].map((args) =>
      calling({ index: 0, function: fn(undefined, args) })
    ),
    chunk({}, "tool_calls"),
  ], ['Bash {"command":"ls"}', "tool_use"]],
  ["closes text before a call (S3)", [
    ...says("a"),
    calling({ index: 0, id: "c", function: fn("Bash", "{}") }),
    chunk({}, "tool_calls"),
  ], ["text a", "Bash {}", "tool_use"]],
  [
    "tells thinking, text and call in order (S4)",
    [
      reasoning("h"),
      reasoning("m"),
      ...says("a"),
      calling({ index: 0, id: "c", function: fn("Bash", "{}") }),
      chunk({}, "tool_calls"),
    ],
    ["thinking hm", "text a", "Bash {}", "tool_use"],
    SHOWN,
  ],
  ["takes whole calls in one chunk with the end (S8)", [
    chunk({
      tool_calls: [{ index: 0, id: "c", function: fn("Bash", "{}") }],
    }, "tool_calls"),
  ], ["Bash {}", "tool_use"]],
  ["keeps a call without arguments (S9)", [
    calling({ index: 0, id: "c", function: { name: "List" } }),
    chunk({}, "tool_calls"),
  ], ["List ", "tool_use"]],
  ["reads on after a finish reason (S11)", WHOLE, ["text hi!", "end_turn"]],
  ["flushes a call before text that follows (S24)", [
    calling({ index: 0, id: "c", function: fn("Bash", '{"a"') }),
    ...says("x"),
    calling({ index: 0, function: fn(undefined, ":1}") }),
    ...says("y"),
    chunk({}, "tool_calls"),
  ], ['Bash {"a":1}', "text xy", "tool_use"]],
  [
    "opens a second thinking block after text (S25)",
    [
      reasoning("one"),
      ...says("a"),
      reasoning("two"),
      ...says("b"),
      stop,
    ],
    ["thinking one", "text a", "thinking two", "text b", "end_turn"],
    SHOWN,
  ],
  ["tells a refusal as text (S27)", [
    chunk({ refusal: "I " }),
    chunk({ refusal: "can't" }),
    stop,
  ], ["text I can't", "refusal"]],
  [
    "ignores chunks of nothing (S28, S30)",
    [
      { choices: [] },
      { choices: null },
      {},
      chunk(null),
      chunk({}),
      chunk({ content: null }),
      chunk({ content: "", refusal: null, reasoning_content: "" }),
      chunk({ tool_calls: null }),
      chunk({ tool_calls: [] }),
      chunk({ content: [] }),
      ...WHOLE,
    ],
    ["text hi!", "end_turn"],
    SHOWN,
  ],
  ["tells a call that was cut off as it is (S32)", [
    calling({ index: 0, id: "c", function: fn("Bash", '{"command":"l') }),
    chunk({}, "length"),
  ], ['Bash {"command":"l', "max_tokens"]],
  [
    "keeps the first call alone where one was asked for (S39)",
    [
      calling({ index: 0, id: "c", function: fn("A", "{}") }),
      calling({ index: 1, id: "d", function: fn("B", '{"b":') }),
      calling({ index: 1, function: fn(undefined, "1}") }),
      chunk({}, "tool_calls"),
    ],
    ["A {}", "tool_use"],
    { singleToolUse: true },
  ],
  ["keeps reasoning to itself where nobody asked (N9)", [
    reasoning("hm"),
    ...says("a"),
    stop,
  ], ["text a", "end_turn"]],
  [
    "lets nothing of a stop sequence out (S22)",
    [
      ...says("ab", "E", "N", "D", "cd"),
      calling({ index: 0, id: "c", function: fn("Bash", "{}") }),
      stop,
    ],
    ["text ab", "stop_sequence"],
    { stopSequences: ["END"] },
  ],
  [
    "gives back the start of a stop sequence (S23)",
    [
      ...says("EN", "X"),
      stop,
    ],
    ["text ENX", "end_turn"],
    { stopSequences: ["END"] },
  ],
  [
    "keeps text it held back before what follows it",
    [
      ...says("abE"),
      calling({ index: 0, id: "c", function: fn("Bash", "{}") }),
      chunk({}, "tool_calls"),
    ],
    ["text abE", "Bash {}", "tool_use"],
    { stopSequences: ["END"] },
  ],
  [
    "finds no stop sequence across a call",
    [
      ...says("abEN"),
      calling({ index: 0, id: "c", function: fn("Bash", "{}") }),
      ...says("D"),
      chunk({}, "tool_calls"),
    ],
    ["text abEN", "Bash {}", "text D", "tool_use"],
    {
      stopSequences: ["END"],
    },
  ],
  [
    "looks for stop sequences in text alone",
    [
      reasoning("END"),
      ...says("a"),
      calling({ index: 0, id: "c", function: fn("Bash", '{"a":"END"}') }),
      chunk({}, "tool_calls"),
    ],
    ["thinking END", "text a", 'Bash {"a":"END"}', "tool_use"],
    {
      ...SHOWN,
      stopSequences: ["END"],
    },
  ],
];

for (const [promise, chunks, expected, given] of ROWS) {
  Deno.test(`StreamTranslator ${promise}`, () => {
    deepEqual(told(toEvents(chunks, given)), expected);
  });
}

Deno.test("StreamTranslator gives nothing for chunks of nothing (S28)", () => {
  const translator = new StreamTranslator(answerContext(SHOWN));
  for (const delta of [null, {}, { content: null }, { content: "" }]) {
    deepEqual(translator.push(chunk(delta, null)), []);
    deepEqual(translator.push(chunk(delta, "stop")), []);
  }
});

Deno.test("StreamTranslator sends one signature, last, for each thinking block (S4, S25)", () => {
  const events = toEvents(
    [reasoning("one"), ...says("a"), reasoning("two"), stop],
    SHOWN,
  );
  const thinking = toBlocks(events).filter(({ shell }) =>
    shell.type === "thinking"
  );
  equal(thinking.length, 2);
  for (const { deltas } of thinking) {
    deepEqual(deltas.map(({ type }) => type), [
      "thinking_delta",
      "signature_delta",
    ]);
    const last = deltas.at(-1);
    const signature = last?.type === "signature_delta" ? last.signature : "";
    deepEqual(decodeSignature(signature), { dialect: "test", model: "m" });
  }
});
