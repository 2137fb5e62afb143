/**
 * Request translation: images, documents, search results, prefill.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { Message } from "../../../src/anthropic/message.ts";
import { json } from "../../../src/demo/replies.ts";
import { assistant, image, text, user } from "../../builders.ts";
import { readMessage } from "../../read_message.ts";
import { postMessages } from "../../support.ts";
import type { Case } from "../case.ts";
import type { Answer, Fields, Place } from "../place.ts";
import { completion, rolesOf, tool, wordsOf } from "../wire.ts";

const NEVER: Answer = () => undefined;

function imageFrom(source: Fields): Fields {
  return { type: "image", source };
}

/** Text of the only user message for these blocks. */
async function told(place: Place, ...blocks: unknown[]): Promise<string> {
  const { messages } = await place.sent({ messages: [user(...blocks)] });
  deepEqual(rolesOf(messages), ["user"]);
  return wordsOf(messages[0]);
}

const WEB_SEARCH = {
  type: "web_search_20250305",
  name: "web_search",
  max_uses: 8,
};

export const CONTENT_CASES: readonly Case[] = [
  {
    id: "R38",
    title: "a search that no upstream can do is answered as unavailable",
    at: "once",
    async run(place) {
      for (const stream of [false, true]) {
        await using proxy = place.open();
        const fields = { stream, tools: [WEB_SEARCH] };
        const response = await postMessages(proxy, fields);
        equal(response.status, 200);
        const { content, stop_reason }: Message = stream
          ? await readMessage(response)
          : await response.json();
        const [use, result, told] = content.map((block) => Object(block));
        deepEqual([use.type, use.name], ["server_tool_use", "web_search"]);
        equal(result.type, "web_search_tool_result");
        equal(result.tool_use_id, use.id);
        deepEqual(result.content, {
          type: "web_search_tool_result_error",
          error_code: "unavailable",
        });
        equal(told.type, "text");
        equal(content.length, 3);
        equal(stop_reason, "end_turn");
        equal(proxy.upstream.exchanges.length, 0);
      }
    },
  },
  {
    id: "R39",
    title: "a search among other tools is left out, visibly",
    at: "once",
    async run(place) {
      await using proxy = place.open();
      const tools = [WEB_SEARCH, tool("Bash")];
      const response = await postMessages(proxy, { tools });
      await response.body?.cancel();
      const offered = proxy.upstream.exchanges[0]?.body.tools
        ?.map((tool) => tool.function.name);
      deepEqual(offered, ["Bash"]);
      match(response.headers.get("x-ccproxy-notice") ?? "", /web_search/);
    },
  },
  {
    id: "R42",
    title: "images go as they came; files of the Files API are refused",
    at: ({ capabilities }) => capabilities.images,
    async run(place) {
      const url = "https://example.com/a.png";
      const sources = [
        [imageFrom({ type: "url", url }), url],
        [image(), "data:image/png;base64,aGk="],
      ];
      for (const [block, expected] of sources) {
        const messages = [user(text("look"), block)];
        const bytes = await place.bytes({ messages });
        ok(bytes.includes(`${expected}`), bytes);
      }
      const messages = [user(imageFrom({ type: "file", file_id: "f" }))];
      const { status, error } = await place.refuses(NEVER, { messages });
      equal(status, 400);
      equal(error.type, "invalid_request_error");
      match(error.message, /^image: files of the Files API/);
    },
  },
  {
    id: "R43",
    title: "a model without eyes is told that there was an image",
    at: ({ capabilities }) => !capabilities.images,
    async run(place) {
      match(await told(place, image()), /image omitted/);
    },
  },
  {
    id: "R44",
    title: "a text document goes as text, without citations",
    at: "every",
    async run(place) {
      const source = { type: "text", media_type: "text/plain", data: "body" };
      const citations = { enabled: true };
      const block = { type: "document", source, title: "Notes", citations };
      const words = await told(place, block);
      match(words, /Notes[^]*body/);
      equal(words.includes("citations"), false);
    },
  },
  {
    id: "R45",
    title: "a search result goes as text with title, source and content",
    at: "every",
    async run(place) {
      const block = {
        type: "search_result",
        title: "Title",
        source: "https://example.com",
        content: [text("found")],
      };
      const words = await told(place, block);
      for (const word of ["Title", "https://example.com", "found"]) {
        ok(words.includes(word), words);
      }
    },
  },
  {
    id: "R46",
    title: "an earlier search is told as text, nothing unknown goes up",
    at: "every",
    async run(place) {
      const use = {
        type: "server_tool_use",
        id: "srvtoolu_1",
        name: "web_search",
        input: { query: "deno kv" },
      };
      const link = {
        type: "web_search_result",
        url: "https://example.com/kv",
        title: "KV",
        encrypted_content: "SECRET",
      };
      const result = {
        type: "web_search_tool_result",
        tool_use_id: "srvtoolu_1",
        content: [link],
      };
      const turn = assistant(use, result, text("It is fast."));
      const messages = [user(text("q")), turn, user(text("more"))];
      const chat = await place.sent({ messages });
      const words = wordsOf(chat.messages[1]);
      for (const word of ["deno kv", "https://example.com/kv", "It is fast."]) {
        ok(words.includes(word), words);
      }
      const bytes = await place.bytes({ messages });
      for (const unknown of ["SECRET", "srvtoolu", "web_search_tool_result"]) {
        equal(bytes.includes(unknown), false, bytes);
      }
    },
  },
  {
    id: "R47",
    title: "an answer begun by the client is refused, or marked as a prefix",
    at: "every",
    async run(place) {
      const messages = [user(text("q")), assistant(text("{"))];
      if (place.capabilities.prefill) {
        const chat = await place.sent({ messages });
        const { role, prefix } = Object(chat.messages.at(-1));
        equal(role, "assistant");
        return equal(prefix ?? chat.continue_final_message, true);
      }
      const { status, error } = await place.refuses(NEVER, { messages });
      equal(status, 400);
      match(
        error.message,
        /^This model does not support assistant message prefill/,
      );
    },
  },
  {
    id: "N27",
    title: "an upstream's search is told with its links",
    at: ["openrouter", "responses"],
    async run(place) {
      const url = "https://example.com/kv";
      const annotations = [{
        type: "url_citation",
        url_citation: { start_index: 0, end_index: 2, title: "KV", url },
      }];
      const web_search = { query: "kv", sources: [url] };
      const answer = json(
        completion({ web_search, content: "It is.", annotations }),
      );
      const message = await place.message(answer, { tools: [WEB_SEARCH] });
      deepEqual(message.content.map(({ type }) => `${type}`), [
        "server_tool_use",
        "web_search_tool_result",
        "text",
      ]);
      ok(JSON.stringify(message.content).includes(url));
    },
  },
];
