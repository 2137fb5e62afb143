import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  completed,
  event,
  items,
  streamed,
  told,
  whole,
} from "../../tests/responses_builders.ts";
import { assemble } from "./assemble.ts";
import { decodeSignature } from "./signature.ts";

const PAGES = ["https://a.example/", "https://b.example/"];
const CITATION = {
  type: "url_citation",
  url: PAGES[1],
  title: "B",
  start_index: 0,
  end_index: 1,
};

/** Searches, then an answer that cites a page. */
function searched(...urls: string[]) {
  const annotations = [CITATION];
  const content = [{ type: "output_text", text: "a", annotations }];
  return [
    items.reasoning("rs_1"),
    items.search("what", ...urls),
    { ...items.search(""), action: { type: "open_page", url: PAGES[0] } },
    items.message("a", { content }),
  ];
}

Deno.test("ResponsesTranslator tells a search, what it found, and what the text rests on", () => {
  const [reasoning, search, page, message] = searched(...PAGES);
  ok(reasoning && search && page && message);
  const streams = [whole(reasoning, search, page, message), [
    ...streamed(0, reasoning),
    ...streamed(1, search),
    ...streamed(2, page),
    ...streamed(3, message, ["a"]).slice(0, 2),
    event("output_text.annotation.added", {
      output_index: 3,
      annotation: CITATION,
    }),
    ...streamed(3, message).slice(1),
    completed(),
  ]];
  for (const stream of streams) {
    const events = told(stream, {
      thinking: "shown",
      searchQuery: "asked",
    });
    const { content, usage } = assemble(events);
    deepEqual(content.map(({ type }) => type), [
      "thinking",
      "server_tool_use",
      "web_search_tool_result",
      "text",
    ]);
    const [, use, result, text] = content;
    deepEqual(use?.type === "server_tool_use" && use.input, { query: "what" });
    deepEqual(
      Object(result).content.map(({ url }: { url: string }) => url),
      PAGES,
    );
    deepEqual(Object(text).citations.map(Object.values), [
      ["web_search_result_location", PAGES[1], "B", "", ""],
    ]);
    deepEqual(usage.server_tool_use, {
      web_search_requests: 1,
      web_fetch_requests: 0,
    });
    // The item it came before is not sent back.
    const { signature } = Object(content[0]);
    equal(decodeSignature(signature)?.before, undefined);
  }
});

Deno.test("ResponsesTranslator tells from a text's notes what a search found that does not say so", () => {
  const { content: all, usage } = assemble(
    told(whole(...searched()), { thinking: "shown", searchQuery: "asked" }),
  );
  const [thinking, ...content] = all;
  equal(decodeSignature(Object(thinking).signature)?.before, undefined);
  deepEqual(content.map(({ type }) => type), [
    "server_tool_use",
    "web_search_tool_result",
    "text",
  ]);
  deepEqual(Object(content[0]).input, { query: "what" });
  deepEqual(
    Object(content[1]).content.map(({ url }: { url: string }) => url),
    [PAGES[1]],
  );
  equal(usage.server_tool_use?.web_search_requests, 1);
});

Deno.test("ResponsesTranslator tells of searches that found nothing or failed", () => {
  const failed = { ...items.search("b"), status: "failed" };
  const { content, usage } = assemble(
    told(whole(items.search("a"), failed, items.message("m")), {
      searchQuery: "asked",
    }),
  );
  const results = content.filter(({ type }) =>
    type === "web_search_tool_result"
  ).map((block) => Object(block).content);
  deepEqual(results, [
    { type: "web_search_tool_result_error", error_code: "unavailable" },
    [],
  ]);
  equal(usage.server_tool_use?.web_search_requests, 1);
});
