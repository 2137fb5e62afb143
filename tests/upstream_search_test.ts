/**
 * `web_search` when the upstream searches itself, as OpenRouter does. Its
 * answers are constructed from OpenRouter's manual.
 *
 * @see {@link https://openrouter.ai/docs/guides/features/plugins/web-search}
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { Message } from "../src/anthropic/message.ts";
import {
  chunk,
  finishChunk,
  roleChunk,
  textChunk,
} from "../src/demo/chunks.ts";
import { chunks, json, type Reply } from "../src/demo/replies.ts";
import { openrouter } from "../src/dialects/openrouter.ts";
import { readMessage } from "./read_message.ts";
import { searxngAnswer, serveSearchEngine } from "./search_engine.ts";
import { connect, SDKS } from "./sdks.ts";
import { postMessages, startProxy } from "./support.ts";

const SEARCH = {
  type: "web_search_20250305" as const,
  name: "web_search" as const,
};

const ASKED = {
  model: "claude-sonnet-5",
  max_tokens: 1024,
  messages: [{
    role: "user" as const,
    content: "Perform a web search for the query: newest Deno",
  }],
  tools: [SEARCH],
};

/** A page in OpenRouter's format. */
function annotation(url: string, title: string) {
  const content = `${title} says that Deno 3 is out.`;
  const url_citation = { url, title, content, start_index: 0, end_index: 9 };
  return { type: "url_citation", url_citation };
}

const BLOG = annotation("https://deno.com/blog", "Deno blog");
const DOCS = annotation("https://docs.deno.com", "Deno docs");

/** A stream in which the pages come at the end, one of them twice. */
const LATE = chunks([
  roleChunk(),
  textChunk("It is "),
  textChunk("Deno 3."),
  chunk({ annotations: [BLOG] }),
  chunk({ annotations: [BLOG, DOCS] }),
  finishChunk("stop"),
]);

/** A stream that begins with a page and ends with another. */
const BOTH = chunks([
  chunk({ annotations: [BLOG] }),
  textChunk("It is Deno 3."),
  chunk({ annotations: [DOCS] }),
  finishChunk("stop"),
]);

const WHOLE = json({
  choices: [{
    message: { content: "It is Deno 3.", annotations: [BLOG, DOCS] },
    finish_reason: "stop",
  }],
});

/** Blocks in short form: what was found where, and what the text cites. */
function told({ content }: Message): string[] {
  return content.map((block) => {
    switch (block.type) {
      case "text": {
        const cited = block.citations?.map(({ title }) => title) ?? [];
        return `${block.text} [${cited.join(", ")}]`;
      }
      case "server_tool_use":
        return `search ${block.input.query}`;
      case "web_search_tool_result":
        return `found ${
          Object(block.content).map((page: { title: string }) => page.title)
            .join(", ")
        }`;
      default:
        return block.type;
    }
  });
}

async function ask(
  script: Reply,
  body: Record<string, unknown>,
): Promise<Message> {
  await using proxy = startProxy({
    dialect: openrouter,
    script: () => script,
  });
  const response = await postMessages(proxy, { ...ASKED, ...body });
  return body.stream ? await readMessage(response) : await response.json();
}

Deno.test("pages an upstream tells at its end follow the text that cites them (N27)", async () => {
  const message = await ask(LATE, { stream: true });
  deepEqual(told(message), [
    "It is Deno 3. [Deno blog, Deno docs]",
    "search newest Deno",
    "found Deno blog, Deno docs",
  ]);
  equal(message.usage.server_tool_use?.web_search_requests, 1);
  equal(message.stop_reason, "end_turn");
  const [text, search, result] = message.content;
  ok(text?.type === "text");
  deepEqual(text.citations?.[0], {
    type: "web_search_result_location",
    url: "https://deno.com/blog",
    title: "Deno blog",
    cited_text: "Deno blog says that Deno 3 is out.",
    encrypted_index: "",
  });
  match(Object(search).id, /^srvtoolu_\w+$/);
  equal(Object(result).tool_use_id, Object(search).id);
});

Deno.test("pages an upstream tells first come before the text (N27)", async () => {
  const message = await ask(BOTH, { stream: true });
  deepEqual(told(message), [
    "search newest Deno",
    "found Deno blog",
    "It is Deno 3. [Deno blog, Deno docs]",
    "search newest Deno",
    "found Deno docs",
  ]);
  equal(message.usage.server_tool_use?.web_search_requests, 1);
});

Deno.test("pages of a whole completion come before the text (N27)", async () => {
  const message = await ask(WHOLE, {});
  deepEqual(told(message), [
    "search newest Deno",
    "found Deno blog, Deno docs",
    "It is Deno 3. [Deno blog, Deno docs]",
  ]);
});

Deno.test("annotations nobody asked for, or that are none, change nothing", async () => {
  const plain = await ask(WHOLE, { tools: [] });
  deepEqual(told(plain), ["It is Deno 3. []"]);
  const odd = chunks([
    chunk(Object({ content: "Hi", annotations: [{ type: "file" }] })),
    chunk(Object({ annotations: "none" })),
    finishChunk("stop"),
  ]);
  deepEqual(told(await ask(odd, { stream: true })), ["Hi []"]);
});

Deno.test("an upstream with a plugin is told to search, with the client's rules", async () => {
  await using proxy = startProxy({ dialect: openrouter, script: () => WHOLE });
  const user_location = { type: "approximate", country: "DE" };
  const rules = { max_uses: 8, allowed_domains: ["deno.com"], user_location };
  const tools = [{ ...SEARCH, ...rules }];
  const tool_choice = { type: "auto" };
  const response = await postMessages(proxy, { ...ASKED, tools, tool_choice });
  equal(response.headers.get("x-ccproxy-notice"), null);
  await response.body?.cancel();
  const { body } = proxy.upstream.exchanges[0] ?? {};
  deepEqual(body?.plugins, [{
    id: "web",
    max_results: 5,
    max_uses: 8,
    include_domains: ["deno.com"],
    user_location,
  }]);
  equal(body?.tools, undefined);
  equal(body?.tool_choice, undefined);
});

Deno.test("a search engine that is set up is used, whatever the upstream can", async () => {
  await using engine = serveSearchEngine(() => searxngAnswer([]));
  await using proxy = startProxy({
    dialect: openrouter,
    environment: { SEARCH_URL: engine.url },
  });
  const response = await postMessages(proxy, ASKED);
  await response.body?.cancel();
  equal(proxy.upstream.exchanges[0]?.body.plugins, undefined);
});

for (const [name, sdk] of Object.entries(SDKS)) {
  Deno.test(`${name} reads what an upstream found, and sends it back as history (N27, R46)`, async () => {
    let turn = 0;
    await using proxy = startProxy({
      dialect: openrouter,
      script: () => ++turn === 1 ? LATE : WHOLE,
    });
    const { messages } = connect(sdk, proxy);
    const message = await messages.stream(ASKED).finalMessage();
    const [text] = message.content;
    ok(text?.type === "text");
    equal(text.citations?.length, 2);
    await messages.create({
      ...ASKED,
      tools: [],
      messages: [
        ...ASKED.messages,
        { role: "assistant", content: message.content },
        { role: "user", content: "Thank you" },
      ],
    });
    const [, said] = proxy.upstream.exchanges[1]?.body.messages ?? [];
    equal(said?.role, "assistant");
    match(String(said?.content), /It is Deno 3\./);
    match(String(said?.content), /\[web_search: newest Deno\]/);
    match(String(said?.content), /- Deno blog - https:\/\/deno\.com\/blog\n/);
  });
}
