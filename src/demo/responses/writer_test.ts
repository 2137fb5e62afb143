import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  strictEqual as equal,
} from "node:assert";
import {
  chunk,
  citationChunk,
  finishChunk,
  phaseChunk,
  queuedChunk,
  reasoningChunk,
  reasoningItemChunk,
  roleChunk,
  searchChunk,
  textChunk,
  thoughtChunk,
  toolCallChunk,
  usageChunk,
} from "../chunks.ts";
import { chunks, json } from "../replies.ts";
import { serveDemoUpstream } from "../serve.ts";
import { type NamedEvent, readNamedEvents, respond } from "../test_client.ts";

const USAGE = {
  prompt_tokens: 10,
  completion_tokens: 5,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 3 },
};

/** What is asked for by a client that wants all there is of reasoning. */
const REASONING = {
  reasoning: { effort: "low", summary: "auto" },
  include: ["reasoning.encrypted_content", "web_search_call.action.sources"],
  store: false,
};

/** The events of a stream for these chunks. */
async function stream(
  list: readonly unknown[],
  body: Record<string, unknown> = REASONING,
): Promise<NamedEvent[]> {
  await using served = serveDemoUpstream({ script: () => chunks(list) });
  const response = await respond(served, { stream: true, ...body });
  equal(response.headers.get("content-type"), "text/event-stream");
  const events = await readNamedEvents(response);
  deepEqual(
    events.map((event) => event.sequence_number),
    events.map((_, index) => index),
  );
  return events;
}

/** Type and place of events, and what they add. */
function words(events: readonly NamedEvent[]): string[] {
  return events.map(({ type, output_index, delta }) =>
    [type.replace("response.", ""), output_index, delta]
      .filter((word) => word !== undefined).join(" ")
  );
}

/** The `response` in the last event. */
function ending(events: readonly NamedEvent[]) {
  return Object(events.at(-1)?.response);
}

Deno.test("a text is streamed part by part, in OpenAI's order", async () => {
  const events = await stream([
    roleChunk(),
    textChunk("He"),
    textChunk("llo"),
    finishChunk("stop"),
    usageChunk(USAGE),
  ], {});
  deepEqual(words(events), [
    "created",
    "in_progress",
    "output_item.added 0",
    "content_part.added 0",
    "output_text.delta 0 He",
    "output_text.delta 0 llo",
    "output_text.done 0",
    "content_part.done 0",
    "output_item.done 0",
    "completed",
  ]);
  equal(events[4]?.obfuscation, "x".repeat(14));
  const { status, output, usage } = ending(events);
  equal(status, "completed");
  deepEqual(output, [events[8]?.item]);
  deepEqual(Object(output)[0].content, [{
    type: "output_text",
    annotations: [],
    logprobs: [],
    text: "Hello",
  }]);
  deepEqual(usage, {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 3 },
    total_tokens: 15,
  });
});

Deno.test("pieces are not padded for who does not want it", async () => {
  const list = [textChunk("Hello"), finishChunk("stop")];
  const stream_options = { include_obfuscation: false };
  const events = await stream(list, { stream_options });
  equal(events.some((event) => "obfuscation" in event), false);
});

Deno.test("reasoning is an item of its own before the call that came of it", async () => {
  const events = await stream([
    reasoningChunk("They want "),
    reasoningChunk("the files."),
    toolCallChunk({ id: "call_1", name: "Bash" }),
    toolCallChunk({ args: '{"command":' }),
    toolCallChunk({ args: '"ls"}' }),
    finishChunk("tool_calls"),
  ]);
  deepEqual(words(events).slice(2), [
    "output_item.added 0",
    "reasoning_summary_part.added 0",
    "reasoning_summary_text.delta 0 They want ",
    "reasoning_summary_text.delta 0 the files.",
    "reasoning_summary_text.done 0",
    "reasoning_summary_part.done 0",
    "output_item.done 0",
    "output_item.added 1",
    'function_call_arguments.delta 1 {"command":',
    'function_call_arguments.delta 1 "ls"}',
    "function_call_arguments.done 1",
    "output_item.done 1",
    "completed",
  ]);
  const [reasoning, call] = ending(events).output;
  deepEqual(reasoning.summary, [
    { type: "summary_text", text: "They want the files." },
  ]);
  const begun = Object(events[2]?.item);
  notEqual(begun.encrypted_content, reasoning.encrypted_content);
  deepEqual([call.call_id, call.arguments, call.status], [
    "call_1",
    '{"command":"ls"}',
    "completed",
  ]);
});

Deno.test("reasoning shows neither summary nor content that was not asked for", async () => {
  const list = [reasoningChunk("Hm"), textChunk("Hi"), finishChunk("stop")];
  const events = await stream(list, { reasoning: { effort: "low" } });
  deepEqual(words(events).slice(2, 5), [
    "output_item.added 0",
    "output_item.done 0",
    "output_item.added 1",
  ]);
  const [{ id: _, ...reasoning }] = ending(events).output;
  deepEqual(reasoning, { type: "reasoning", summary: [] });
});

Deno.test("thoughtChunk() gives reasoning in the clear, asked for or not", async () => {
  const list = [
    thoughtChunk("They "),
    thoughtChunk("greet."),
    textChunk("Hi"),
    finishChunk("stop"),
  ];
  const events = await stream(list, {});
  deepEqual(words(events).slice(2, 9), [
    "output_item.added 0",
    "content_part.added 0",
    "reasoning_text.delta 0 They ",
    "reasoning_text.delta 0 greet.",
    "reasoning_text.done 0",
    "content_part.done 0",
    "output_item.done 0",
  ]);
  const [{ content }] = ending(events).output;
  deepEqual(content, [{ type: "reasoning_text", text: "They greet." }]);
});

Deno.test("queuedChunk() has the response wait before it begins", async () => {
  const list = [queuedChunk(), textChunk("Hi"), finishChunk("stop")];
  const [created, queued, progress] = await stream(list);
  deepEqual(words([created, queued, progress].filter((event) => !!event)), [
    "created",
    "queued",
    "in_progress",
  ]);
  equal(Object(queued?.response).status, "queued");
});

Deno.test("reasoningItemChunk() gives an item with several summaries, or none", async () => {
  const events = await stream([
    reasoningItemChunk(["one", "two"]),
    reasoningItemChunk([]),
    textChunk("Hi"),
    finishChunk("stop"),
  ]);
  const [several, none, message] = ending(events).output;
  deepEqual(several.summary.map((part: { text: string }) => part.text), [
    "one",
    "two",
  ]);
  deepEqual(none.summary, []);
  notEqual(none.encrypted_content, several.encrypted_content);
  equal(message.type, "message");
});

Deno.test("calls that alternate are two items, each in its place", async () => {
  const events = await stream([
    toolCallChunk({ index: 0, id: "a", name: "Bash" }),
    toolCallChunk({ index: 1, id: "b", name: "Read" }),
    toolCallChunk({ index: 0, args: "{}" }),
    toolCallChunk({ index: 1, args: "{ }" }),
    finishChunk("tool_calls"),
  ]);
  deepEqual(words(events).slice(2, -1), [
    "output_item.added 0",
    "output_item.added 1",
    "function_call_arguments.delta 0 {}",
    "function_call_arguments.done 0",
    "output_item.done 0",
    "function_call_arguments.delta 1 { }",
    "function_call_arguments.done 1",
    "output_item.done 1",
  ]);
});

Deno.test("a refusal is a part of its own kind", async () => {
  const list = [chunk({ refusal: "I " }), chunk({ refusal: "can't" })];
  const events = await stream([...list, finishChunk("stop")]);
  deepEqual(words(events).slice(3, -2), [
    "content_part.added 0",
    "refusal.delta 0 I ",
    "refusal.delta 0 can't",
    "refusal.done 0",
    "content_part.done 0",
  ]);
});

Deno.test("phases are messages of their own", async () => {
  const events = await stream([
    phaseChunk("commentary", "Let me "),
    phaseChunk("commentary", "see."),
    phaseChunk("final_answer", "Done."),
    finishChunk("stop"),
  ]);
  const said = ending(events).output.map((
    { phase, content }: { phase: string; content: { text: string }[] },
  ) => [phase, content[0]?.text]);
  deepEqual(said, [["commentary", "Let me see."], ["final_answer", "Done."]]);
});

Deno.test("a search is shown with its sources, its pages are cited", async () => {
  const url = "https://example.com/kv";
  const events = await stream([
    searchChunk({ query: "deno kv", sources: [url] }),
    textChunk("It is fast."),
    citationChunk({ url, title: "KV" }),
    finishChunk("stop"),
  ]);
  deepEqual(words(events).slice(2, 7), [
    "output_item.added 0",
    "web_search_call.in_progress 0",
    "web_search_call.searching 0",
    "web_search_call.completed 0",
    "output_item.done 0",
  ]);
  const [search, message] = ending(events).output;
  deepEqual(search.action, {
    type: "search",
    queries: ["deno kv"],
    query: "deno kv",
    sources: [{ type: "url", url }],
  });
  deepEqual(message.content[0].annotations, [
    { type: "url_citation", start_index: 0, end_index: 1, url, title: "KV" },
  ]);
});

Deno.test("an answer that got too long is incomplete, its last item too", async () => {
  const list = [toolCallChunk({ id: "a", name: "Bash", args: '{"comm' })];
  const events = await stream([...list, finishChunk("length")]);
  equal(events.at(-1)?.type, "response.incomplete");
  const { status, incomplete_details, output } = ending(events);
  equal(status, "incomplete");
  deepEqual(incomplete_details, { reason: "max_output_tokens" });
  deepEqual([output[0].status, output[0].arguments], ["incomplete", '{"comm']);
});

Deno.test("an answer that was not ended has no last event", async () => {
  const events = await stream([textChunk("He")]);
  equal(events.at(-1)?.type, "response.output_text.delta");
});

Deno.test("a failure is an event with the response, an error a flat one", async () => {
  const overloaded = finishChunk("insufficient_system_resource");
  const failed = (await stream([textChunk("He"), overloaded])).at(-1);
  equal(failed?.type, "response.failed");
  equal(Object(failed?.response).error.code, "server_is_overloaded");
  const error = { message: "slow down", code: "rate_limit_exceeded" };
  const flat = (await stream([textChunk("He"), { error }])).at(-1);
  const { sequence_number: _, ...rest } = flat ?? {};
  deepEqual(rest, { type: "error", ...error, param: null });
});

Deno.test("a whole answer is the response of the last event", async () => {
  const message = { role: "assistant", content: "Hello" };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  const reply = json({ object: "chat.completion", choices, usage: USAGE });
  await using served = serveDemoUpstream({ script: () => reply });
  const whole = await (await respond(served, {})).json();
  equal(whole.object, "response");
  equal(whole.status, "completed");
  equal(whole.output[0].content[0].text, "Hello");
  equal(whole.usage.total_tokens, 15);
});
