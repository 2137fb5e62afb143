/**
 * The Messages route: what it refuses, ignores and reads.
 *
 * @module
 */
import { match, ok, strictEqual as equal } from "node:assert";
import { gzipSync } from "node:zlib";
import Anthropic from "@anthropic-ai/sdk";
import { postMessages, type Proxy } from "../../support.ts";
import { connect } from "../../sdks.ts";
import type { Case } from "../case.ts";
import type { Answer, Fields, Place } from "../place.ts";

const NEVER: Answer = () => undefined;

const ASKED = {
  model: "claude-sonnet-5",
  max_tokens: 64,
  messages: [{ role: "user", content: "Hello" }],
};

/** A 400 before any upstream was asked; its message. */
async function refusedHere(place: Place, fields: Fields): Promise<string> {
  const { status, error, exchanges } = await place.refuses(NEVER, fields);
  equal(status, 400);
  equal(error.type, "invalid_request_error");
  equal(exchanges.length, 0);
  return error.message;
}

/** Posts bytes unchanged; returns the status, and an error's message. */
async function post(
  { url }: Proxy,
  body: BodyInit,
  headers: Record<string, string> = {},
  path = "/v1/messages",
): Promise<{ status: number; type: string; message: string }> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers,
    body,
  });
  const json = await response.json();
  const { type = "", message = "" } = json.error ?? {};
  return { status: response.status, type, message };
}

export const SURFACE_CASES: readonly Case[] = [
  {
    id: "R60",
    title: "a thread is refused so that the SDK replays the conversation",
    at: "once",
    shownBy: "tests/sdk_test.ts, “runs tools in a loop, without threads”",
    async run(place) {
      for (
        const thread of [
          { type: "create" },
          { type: "continue", previous_message_id: "msg_1" },
        ]
      ) {
        const { status, error } = await place.refuses(NEVER, { thread });
        equal(status, 400);
        equal(error.details?.error_code, "thread_unsupported_request");
      }
      await using proxy = place.open();
      const message = await connect(Anthropic, proxy).beta.messages.toolRunner({
        ...ASKED,
        messages: [{ role: "user", content: "Hello" }],
        tools: [],
      });
      equal(message.stop_reason, "end_turn");
    },
  },
  {
    id: "R61",
    title: "safeguards are refused by name, before any upstream work",
    at: "once",
    shownBy: "tests/e2e/auto_mode_test.ts",
    async run(place) {
      const safeguards = [{ type: "dangerous_tool_use" }];
      match(await refusedHere(place, { safeguards }), /safeguards/);
    },
  },
  {
    id: "R62",
    title: "MCP servers are refused, an empty list of them is not",
    at: "once",
    async run(place) {
      const server = { type: "url", url: "https://example.com", name: "x" };
      const message = await refusedHere(place, { mcp_servers: [server] });
      match(message, /mcp_servers/);
      await place.sent({ mcp_servers: [] });
    },
  },
  {
    id: "R63",
    title: "unknown fields, betas and versions are ignored",
    at: "once",
    async run(place) {
      const beta = { "anthropic-beta": "from-the-future-2099-01-01" };
      const version = { "anthropic-version": "2099-01-01" };
      const fields = { from_the_future: { deep: [1] } };
      for (const headers of [{ ...beta, ...version }, beta, version]) {
        const bytes = await place.bytes(fields, { headers });
        equal(bytes.includes("from_the_future"), false);
      }
    },
  },
  {
    id: "R64",
    title: "a key is taken from either header, x-api-key first",
    at: "once",
    async run(place) {
      const environment = { CCPROXY_API_KEY: "right" };
      await using proxy = place.open(undefined, { environment });
      const statusOf = async (headers: Record<string, string>) =>
        (await post(proxy, JSON.stringify(ASKED), headers)).status;
      const bearer = { authorization: "Bearer right" };
      equal(await statusOf({ "x-api-key": "right" }), 200);
      equal(await statusOf(bearer), 200);
      equal(await statusOf({ "x-api-key": "wrong", ...bearer }), 401);
      equal(await statusOf({}), 401);
    },
  },
  {
    id: "R65",
    title: "any query and a slash at the end lead to the same route",
    at: "once",
    byDesign:
      "no prefix can be configured: a reverse proxy that adds one takes it away",
    async run(place) {
      await using proxy = place.open();
      for (const path of ["/v1/messages?beta=true", "/v1/messages/"]) {
        const body = JSON.stringify(ASKED);
        equal((await post(proxy, body, {}, path)).status, 200, path);
      }
    },
  },
  {
    id: "R66",
    title: "bodies may be compressed, not broken and not over 32 MB",
    at: "once",
    shownBy: "tests/app_test.ts, with 33 MB in plain and in gzip",
    async run(place) {
      await using proxy = place.open();
      const broken = await post(proxy, "{");
      equal(broken.status, 400);
      match(broken.message, /request body is not valid json/i);
      equal((await post(proxy, "[]")).status, 400);
      const gzip = { "content-encoding": "gzip" };
      const packed = (text: string) => new Uint8Array(gzipSync(text));
      equal(
        (await post(proxy, packed(JSON.stringify(ASKED)), gzip)).status,
        200,
      );
      const bomb = packed(" ".repeat(40 * 1024 * 1024));
      ok(bomb.byteLength < 100_000);
      const tooLarge = await post(proxy, bomb, gzip);
      equal(tooLarge.status, 413);
      equal(tooLarge.type, "request_too_large");
    },
  },
  {
    id: "R67",
    title: "a field that is missing or wrong is named",
    at: "once",
    async run(place) {
      for (const name of ["model", "max_tokens", "messages"]) {
        const message = await refusedHere(place, { [name]: undefined });
        equal(message, `${name}: Field required`);
      }
      const messages = [{ role: "tool", content: "" }];
      match(await refusedHere(place, { messages }), /^messages\.0\.role: /);
    },
  },
  {
    id: "R68",
    title: "a history of 100 000 tokens goes through in linear time",
    at: "once",
    shownBy: "tests/bench/translate_bench.ts, which measures it",
    async run(place) {
      const turn = [
        { role: "user", content: "Tell me more about that. ".repeat(40) },
        { role: "assistant", content: "There is more to say. ".repeat(40) },
      ];
      const start = Array.from({ length: 250 }, () => turn).flat();
      const messages = [...start, { role: "user", content: "go on" }];
      await using proxy = place.open();
      const response = await postMessages(proxy, { messages });
      equal(response.status, 200, await response.text());
      equal(proxy.upstream.exchanges[0]?.body.messages.length, 501);
    },
  },
];
