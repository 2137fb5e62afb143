import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  answerContext,
  ends,
  toBlocks,
  told as inWords,
} from "../../tests/builders.ts";
import {
  completed,
  event,
  items,
  streamed,
  told,
  whole,
} from "../../tests/responses_builders.ts";
import type { StreamEvent } from "../anthropic/message.ts";
import { ResponsesEvent } from "../openai/responses_events.ts";
import { assemble } from "./assemble.ts";
import { ResponsesTranslator } from "./responses_stream.ts";
import { type Carried, decodeSignature } from "./signature.ts";

const SHOWN = { thinking: "shown" as const };
const OMITTED = { thinking: "omitted" as const };

/** What the thinking blocks' signatures carry, except for their origin. */
function carriedIn(
  events: readonly StreamEvent[],
): Omit<Carried, "dialect" | "model">[] {
  return assemble(events).content
    .filter((block) => block.type === "thinking")
    .map(({ signature }) => {
      const carried = decodeSignature(signature);
      ok(carried);
      const { dialect: _, model: __, ...rest } = carried;
      return rest;
    });
}

Deno.test("ResponsesTranslator streams text and arguments as they come", () => {
  const message = items.message("Hello");
  const call = items.call("Bash", '{"a":1}');
  const events = told([
    ...streamed(0, message, ["He", "llo"]),
    ...streamed(1, call, ['{"a"', ":1}"]),
    completed([message, call]),
  ]);
  deepEqual(inWords(events), ["text Hello", 'Bash {"a":1}', "tool_use"]);
  deepEqual(toBlocks(events).map(({ deltas }) => deltas.length), [2, 2]);
});

Deno.test("ResponsesTranslator gives a call an id of its own", () => {
  const [block] = toBlocks(told(whole(items.call("Bash", "{}"))));
  deepEqual(block?.shell, {
    type: "tool_use",
    id: "toolu_1",
    name: "Bash",
    input: {},
    caller: { type: "direct" },
  });
});

Deno.test("ResponsesTranslator tells from the whole what was not streamed", () => {
  const message = items.message("Hello");
  const call = items.call("Bash", '{"a":1}');
  const expected = ["text Hello", 'Bash {"a":1}', "tool_use"];
  const item = { output_index: 0, item: message };
  const streams = [
    whole(message, call),
    [event("output_item.done", item), ...whole(message, call)],
    [
      ...streamed(0, message, ["He"]),
      ...streamed(1, call, ['{"a"']),
      completed(),
    ],
  ];
  for (const stream of streams) deepEqual(inWords(told(stream)), expected);
});

Deno.test("ResponsesTranslator shows a summary part by part", () => {
  const item = items.reasoning("rs_1", "One", "Two");
  const [added, ...rest] = streamed(0, item);
  ok(added);
  const events = told([
    added,
    ...["O", "ne"].map((delta) =>
      event("reasoning_summary_text.delta", { summary_index: 0, delta })
    ),
    event("reasoning_summary_text.delta", { summary_index: 1, delta: "Two" }),
    ...rest,
    ...streamed(1, items.message("a"), ["a"]),
    completed(),
  ], SHOWN);
  deepEqual(inWords(events), ["thinking One\n\nTwo", "text a", "end_turn"]);
  deepEqual(
    inWords(told(whole(item, items.message("a")), SHOWN)),
    inWords(events),
  );
});

Deno.test("ResponsesTranslator carries a reasoning item, unchanged, to the call it came before (P2)", () => {
  const item = items.reasoning("rs_1", "é", "");
  const calls = [items.call("Bash", "{}"), items.call("Read", "{}")];
  const events = told(whole(item, ...calls), SHOWN);
  deepEqual(carriedIn(events), [{ item, before: "toolu_1" }]);
});

Deno.test("ResponsesTranslator carries each item to what it came before", () => {
  const [first, second, third] = ["rs_1", "rs_2", "rs_3"].map((id) =>
    items.reasoning(id)
  );
  ok(first && second && third);
  const events = told([
    ...streamed(0, first),
    ...streamed(1, items.message("a"), ["a"]),
    ...streamed(2, second),
    ...streamed(3, third),
    ...streamed(4, items.call("Bash", "{}"), ["{}"]),
    completed(),
  ], OMITTED);
  deepEqual(carriedIn(events), [
    { item: first, before: "text" },
    { item: second, before: "thinking" },
    { item: third, before: "toolu_1" },
  ]);
});

Deno.test("ResponsesTranslator carries reasoning without a summary where thinking is on, and shows none where it is off (P5)", () => {
  const output = [items.reasoning("rs_1"), items.message("a")];
  for (const given of [SHOWN, OMITTED]) {
    const events = told(whole(...output), given);
    deepEqual(inWords(events), ["thinking ", "text a", "end_turn"]);
    equal(carriedIn(events)[0]?.item?.id, "rs_1");
  }
  deepEqual(inWords(told(whole(...output))), ["text a", "end_turn"]);
});

Deno.test("ResponsesTranslator carries thoughts in the clear, and nothing of empty ones", () => {
  const content = [{ type: "reasoning_text", text: "Hm" }];
  const open = { type: "reasoning", id: "rs_1", summary: [], content };
  const events = told([
    ...streamed(0, open).slice(0, 1),
    event("reasoning_text.delta", { output_index: 0, delta: "Hm" }),
    ...streamed(0, open).slice(1),
    ...streamed(1, items.message("a"), ["a"]),
    completed(),
  ], SHOWN);
  deepEqual(inWords(events), ["thinking Hm", "text a", "end_turn"]);
  deepEqual(carriedIn(events), [{ item: open, before: "text" }]);
  const empty = { type: "reasoning", id: "rs_1", summary: [] };
  deepEqual(
    inWords(told(whole(empty, items.message("a")), SHOWN)),
    ["text a", "end_turn"],
  );
});

Deno.test("ResponsesTranslator carries a text's phase", () => {
  const output = [
    items.message("a", { phase: "commentary" }),
    items.reasoning("rs_1"),
    items.message("b", { phase: "final_answer" }),
    items.message("c", { phase: "from the future" }),
  ];
  const events = told(whole(...output), SHOWN);
  deepEqual(inWords(events), [
    "thinking ",
    "text a",
    "thinking ",
    "text b",
    "text c",
    "end_turn",
  ]);
  deepEqual(carriedIn(events), [
    { phase: "commentary" },
    { item: output[1], before: "text", phase: "final_answer" },
  ]);
  deepEqual(inWords(told(whole(...output))), [
    "text a",
    "text b",
    "text c",
    "end_turn",
  ]);
});

Deno.test("ResponsesTranslator tells a call that was cut short as far as it goes (P8)", () => {
  const response = {
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
    output: [items.call("Bash", '{"a":')],
  };
  const call = streamed(0, items.call("Bash", ""), ['{"a":']).slice(0, 2);
  const events = told([...call, event("incomplete", { response })]);
  deepEqual(inWords(events), ['Bash {"a":', "max_tokens"]);
});

const ENDS: [reason: string, stopReason: string][] = [
  ["max_output_tokens", "max_tokens"],
  ["content_filter", "refusal"],
];

for (const [reason, stopReason] of ENDS) {
  Deno.test(`ResponsesTranslator gives ${stopReason} for ${reason}`, () => {
    const incomplete_details = { reason };
    const response = { incomplete_details, output: [items.message("a")] };
    deepEqual(inWords(told([event("incomplete", { response })])), [
      "text a",
      stopReason,
    ]);
  });
}

Deno.test("ResponsesTranslator does not vouch for an end it does not know", () => {
  for (const incomplete_details of [{ reason: "steered" }, null]) {
    const response = { incomplete_details, output: [items.message("a")] };
    throws(() => told([event("incomplete", { response })]), {
      type: "api_error",
      status: 502,
    });
  }
});

Deno.test("ResponsesTranslator calls a stream without a last event a failure", () => {
  const message = items.message("a");
  for (const stream of [[], streamed(0, message, ["a"])]) {
    throws(() => told(stream), { type: "api_error", status: 502 });
  }
  throws(() => told(whole()), { message: /empty/ });
});

Deno.test("ResponsesTranslator tells a refusal as text and in details", () => {
  const content = [{ type: "refusal", refusal: "I can't" }];
  const message = items.message("", { content });
  const streams = [whole(message), [
    ...streamed(0, message).slice(0, 1),
    event("refusal.delta", { output_index: 0, delta: "I can" }),
    ...streamed(0, message).slice(1),
    completed([message]),
  ]];
  for (const stream of streams) {
    const events = told(stream);
    deepEqual(inWords(events), ["text I can't", "refusal"]);
    equal(ends(events)[0]?.delta.stop_details?.explanation, "I can't");
  }
});

Deno.test("ResponsesTranslator counts what was cached and what was thought (P15)", () => {
  const [end] = ends(told([completed([items.message("a")], {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 15 },
    total_tokens: 120,
  })]));
  deepEqual(end?.usage, {
    input_tokens: 30,
    cache_creation_input_tokens: 10,
    cache_read_input_tokens: 60,
    output_tokens: 20,
    output_tokens_details: { thinking_tokens: 15 },
    server_tool_use: null,
  });
});

Deno.test("ResponsesTranslator estimates what was not counted", () => {
  const [end] = ends(told(whole(items.message("x".repeat(9)))));
  deepEqual([end?.usage.input_tokens, end?.usage.output_tokens], [42, 3]);
});

Deno.test("ResponsesTranslator ends at a stop sequence, however it is cut", () => {
  const translator = new ResponsesTranslator(
    answerContext({ stopSequences: ["END"] }),
  );
  const message = items.message("abENDcd");
  const events = streamed(0, message, ["abE", "N", "Dcd"])
    .flatMap((event) => translator.push(event));
  equal(translator.isStopped, true);
  events.push(...translator.push(completed([items.call("Bash", "{}")])));
  events.push(...translator.end());
  deepEqual(inWords(events), ["text ab", "stop_sequence"]);
});

Deno.test("ResponsesTranslator tells but the first of calls where one is wanted", () => {
  const calls = [items.call("A", "{}"), items.call("B", '{"b":1}')];
  for (
    const stream of [
      whole(...calls),
      calls.flatMap((call, place) =>
        streamed(place, call, [String(call.arguments)])
      )
        .concat(completed(calls)),
    ]
  ) {
    const events = told(stream, { singleToolUse: true });
    deepEqual(inWords(events), ["A {}", "tool_use"]);
  }
});

Deno.test("ResponsesTranslator gives a tool its client's name back", () => {
  const toolNames = new Map([["short", "a.long.name"]]);
  const [block] = toBlocks(told(whole(items.call("short", "")), { toolNames }));
  equal(block?.shell.type === "tool_use" && block.shell.name, "a.long.name");
});

Deno.test("ResponsesTranslator says nothing of what nobody asked for", () => {
  const output = [
    items.search("a", "https://a.example/"),
    { type: "image_generation_call", id: "ig_1", result: 5 },
    { type: "tool_search_call", arguments: {} },
    items.message("m"),
  ];
  deepEqual(inWords(told(whole(...output))), ["text m", "end_turn"]);
});

Deno.test("ResponsesTranslator reads streams that do not number their items", () => {
  const unnumbered = ["He", "llo"].map((delta) =>
    event("output_text.delta", { delta })
  );
  const [added] = streamed(0, items.message(""));
  ok(added);
  const stream = [{ ...added, output_index: null }, ...unnumbered, completed()];
  deepEqual(inWords(told(stream)), ["text Hello", "end_turn"]);
});

/** Two texts, a call, and reasoning, each streamed in two pieces. */
const OUTPUT = [
  items.reasoning("rs_1", "Hmm"),
  items.message("one", { id: "msg_1" }),
  items.call("Bash", '{"a":1}'),
  items.message("two", { id: "msg_2" }),
];
const PIECES = [["H", "mm"], ["on", "e"], ['{"a"', ":1}"], ["tw", "o"]];

/** The ways servers number and name what they send more than once. */
const ODD: Record<string, (n: number, event: ResponsesEvent) => unknown> = {
  "counts from 1": (_, event) => ({
    ...event,
    output_index: (event.output_index ?? 0) + 1,
  }),
  "counts everything 0": (_, event) => ({ ...event, output_index: 0 }),
  "does not count": (_, event) => ({ ...event, output_index: null }),
  "names an item otherwise each time": (n, event) => {
    const { item } = Object(event);
    return item ? { ...event, item: { ...item, id: `x${n}` } } : event;
  },
  "neither counts nor names items": (_, event) => {
    const { item } = Object(event);
    const counted = { ...event, output_index: null };
    return item ? { ...counted, item: { ...item, id: null } } : counted;
  },
  "names all items alike": (_, event) => {
    const { item } = Object(event);
    return item ? { ...event, item: { ...item, id: "x" } } : event;
  },
};

for (const [what, change] of Object.entries(ODD)) {
  Deno.test(`ResponsesTranslator tells everything once where a server ${what}`, () => {
    const stream = OUTPUT.flatMap((item, n) => streamed(n, item, PIECES[n]));
    const events = stream
      .map((event, n) => ResponsesEvent.parse(change(n, event)));
    deepEqual(inWords(told([...events, completed(OUTPUT)], SHOWN)), [
      "thinking Hmm",
      "text one",
      'Bash {"a":1}',
      "text two",
      "tool_use",
    ]);
  });
}
