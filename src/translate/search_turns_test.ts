import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { StreamEvent } from "../anthropic/message.ts";
import {
  aRequest,
  chunk,
  says,
  toBlocks,
  toEvents,
  told,
} from "../../tests/builders.ts";
import { assemble } from "./assemble.ts";
import {
  callsClient,
  searchCalls,
  SearchTurns,
  withSearches,
} from "./search_turns.ts";

/** Events of a turn that calls the tools with these names. */
function calling(...names: string[]): StreamEvent[] {
  const tool_calls = names.map((name, index) => ({
    index,
    function: { name, arguments: '{"query":"q"}' },
  }));
  const usage = { prompt_tokens: 10, completion_tokens: 2 };
  return toEvents([
    ...says("I look."),
    chunk({ tool_calls }, "tool_calls"),
    { choices: [], usage },
  ]);
}

Deno.test("SearchTurns tells turns and searches as one message, their costs summed", () => {
  const turns = new SearchTurns();
  const searching = calling("web_search");
  const events = turns.push(searching);
  for (const call of searchCalls(assemble(searching))) {
    events.push(...turns.result(call, { pages: [] }));
  }
  events.push(...turns.push(toEvents([...says("Found."), chunk({}, "stop")])));
  events.push(...turns.end());
  deepEqual(told(events), [
    "text I look.",
    'server_tool_use {"query":"q"}',
    "web_search_tool_result ",
    "text Found.",
    "end_turn",
  ]);
  const [, search, result] = toBlocks(events).map(({ shell }) => shell);
  ok(search?.type === "server_tool_use");
  equal(search.id, "srvtoolu_1");
  equal(Object(result).tool_use_id, search.id);
  equal(turns.usage.output_tokens, 2 + 2); // the second is an estimate
  equal(turns.usage.server_tool_use?.web_search_requests, 1);
});

Deno.test("SearchTurns passes on the empty delta that keeps an open block alive", () => {
  const turns = new SearchTurns();
  turns.push(calling("web_search"));
  turns.push(toEvents(says("a")).slice(0, 2));
  const delta = { type: "text_delta" as const, text: "" };
  const alive = turns.push([
    { type: "ping" },
    { type: "content_block_delta", index: 0, delta },
  ]);
  deepEqual(alive, [
    { type: "ping" },
    { type: "content_block_delta", index: 2, delta },
  ]);
});

Deno.test("callsClient() tells calls of the client's tools from searches", () => {
  equal(callsClient(assemble(calling("web_search"))), false);
  equal(callsClient(assemble(calling("web_search", "Bash"))), true);
});

Deno.test("withSearches() makes what was said and found history", () => {
  const message = assemble(calling("web_search"));
  const searches = searchCalls(message)
    .map((call) => ({ call, outcome: { error: "unavailable" as const } }));
  const tool_choice = { type: "tool", name: "web_search" };
  const request = aRequest({ tools: [{ name: "web_search" }], tool_choice });
  const next = withSearches(request, message, { searches, isLast: false });
  equal(next.tool_choice?.type, "auto");
  const last = withSearches(request, message, { searches, isLast: true });
  equal(last.tool_choice?.type, "none");
  const [first, assistant, user] = next.messages;
  deepEqual(first, request.messages[0]);
  const types = (content: unknown) =>
    Array.isArray(content) ? content.map(({ type }) => type) : content;
  deepEqual(types(assistant?.content), ["text", "tool_use"]);
  deepEqual(types(user?.content), ["tool_result"]);
});
