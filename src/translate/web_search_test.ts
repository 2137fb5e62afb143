import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { aRequest, text, user } from "../../tests/builders.ts";
import {
  offerSearch,
  planSearch,
  type SearchPlan,
  toSearchQuery,
  toSearchRules,
} from "./web_search.ts";

const SEARCH = { type: "web_search_20260318", name: "web_search" };
const BASH = { name: "Bash", input_schema: { type: "object" } };
const NONE = { type: "none" };

Deno.test("planSearch() asks our engine first, then the upstream, then nobody", () => {
  const rows: [unknown[], unknown, "plugin" | null, boolean, SearchPlan][] = [
    [[SEARCH], undefined, null, true, "here"],
    [[SEARCH], undefined, "plugin", true, "here"],
    [[SEARCH, BASH], undefined, null, true, "here"],
    [[SEARCH], undefined, "plugin", false, "upstream"],
    [[SEARCH], undefined, null, false, "unavailable"],
    [[SEARCH, BASH], undefined, "plugin", false, "absent"],
    [[SEARCH, BASH], undefined, null, false, "absent"],
    [[SEARCH], NONE, null, true, "absent"],
    [[BASH], undefined, "plugin", true, "absent"],
    [[], undefined, "plugin", true, "absent"],
  ];
  for (const [tools, tool_choice, webSearch, hasEngine, plan] of rows) {
    const request = aRequest({ tools, tool_choice });
    equal(planSearch(request, { webSearch, hasEngine }), plan);
  }
});

Deno.test("offerSearch() replaces the server tool alone, in its place", () => {
  const tools = [BASH, { ...SEARCH, defer_loading: true }];
  const offered = offerSearch(aRequest({ tools })).tools ?? [];
  deepEqual(offered[0], BASH);
  equal(offered[1]?.name, "web_search");
  equal(offered[1]?.type, undefined);
  equal(offered[1]?.defer_loading, undefined);
});

Deno.test("toSearchRules() allows 8 searches, or what the client says, 20 at most", () => {
  const uses = (max_uses?: number) =>
    toSearchRules(aRequest({ tools: [{ ...SEARCH, max_uses }] })).maxUses;
  deepEqual([uses(), uses(1), uses(1_000)], [8, 1, 20]);
});

Deno.test("toSearchQuery() takes the client's last words, without Claude Code's phrase", () => {
  const query = (...messages: unknown[]) =>
    toSearchQuery(aRequest({ messages }));
  const phrase = "Perform a web search for the query: a: b";
  equal(query({ role: "user", content: phrase }), "a: b");
  equal(query(user(text("hint"), text(" who? "))), "who?");
  equal(query({ role: "user", content: "x".repeat(500) }).length, 400);
});
