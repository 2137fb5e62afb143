import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  answerContext,
  chunk,
  ends,
  says,
  toEvents,
  told,
} from "../../tests/builders.ts";
import { ChatChunk } from "../openai/chat.ts";
import { StreamTranslator } from "./stream.ts";

const usage = { prompt_tokens: 10, completion_tokens: 2 };
const stop = chunk({}, "stop");

Deno.test("StreamTranslator takes the last usage there was (S10, S12)", () => {
  const chunks = [1, 2, 3].map((completion_tokens) => ({
    ...chunk({ content: "a" }),
    usage: { prompt_tokens: 10, completion_tokens },
  }));
  const trailing = ChatChunk.parse({
    usage: { ...usage, completion_tokens: 9 },
  });
  for (const [last, expected] of [[stop, 3], [trailing, 9]] as const) {
    const [end] = ends(toEvents([...chunks, stop, last]));
    equal(end?.usage.output_tokens, expected);
  }
});

Deno.test("StreamTranslator ends well without the sentinel (S13)", () => {
  deepEqual(told(toEvents([...says("a"), stop], {}, false)), [
    "text a",
    "end_turn",
  ]);
});

Deno.test("StreamTranslator takes the sentinel for a missing finish reason", () => {
  deepEqual(told(toEvents(says("a"))), ["text a", "end_turn"]);
});

Deno.test("StreamTranslator never makes a cut-off answer look complete (S14)", () => {
  throws(() => toEvents(says("a"), {}, false), {
    type: "api_error",
    status: 502,
    message: /closed the connection/,
  });
});

Deno.test("StreamTranslator calls an empty answer a failure (S40)", () => {
  const empty = [chunk({ content: "" }), stop];
  throws(() => toEvents(empty), { type: "api_error", message: /empty/ });
});

Deno.test("StreamTranslator reports edits to clients that asked for them (S36)", () => {
  const reports = (reportsEdits: boolean) =>
    ends(toEvents([...says("a"), stop], { reportsEdits }))[0]
      ?.context_management;
  deepEqual(reports(true), { applied_edits: [] });
  equal(reports(false), undefined);
});

Deno.test("StreamTranslator ignores what it does not know (S37)", () => {
  const odd = ChatChunk.parse({
    object: "chat.completion.chunk",
    choices: [{
      index: 0,
      delta: { content: "hi", role: "assistant", new: 1 },
      logprobs: { content: [] },
      finish_reason: "stop",
    }],
    obfuscation: "x9",
  });
  deepEqual(told(toEvents([odd])), ["text hi", "end_turn"]);
});

Deno.test("StreamTranslator says why it refused", () => {
  const refusal = { type: "refusal", category: null };
  for (
    const [said, explanation] of [
      [
        [chunk({ refusal: "I " }), chunk({ refusal: "can't" }), stop],
        "I can't",
      ],
      [[chunk({ content: "a" }, "content_filter")], null],
    ] as const
  ) {
    const [end] = ends(toEvents(said));
    deepEqual(end?.delta.stop_details, { ...refusal, explanation });
  }
});

Deno.test("StreamTranslator starts once, whoever asks first", () => {
  const translator = new StreamTranslator(answerContext());
  equal(translator.start().length, 1);
  equal(translator.start().length, 0);
  const [first] = translator.push(chunk({ content: "a" }));
  equal(first?.type, "content_block_start");
});
