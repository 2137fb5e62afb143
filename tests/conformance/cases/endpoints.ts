/**
 * The other endpoints, and whole clients.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import Anthropic from "@anthropic-ai/sdk";
import {
  finishChunk,
  reasoningChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "../../../src/demo/chunks.ts";
import { chunks } from "../../../src/demo/replies.ts";
import { text, toolResult, user } from "../../builders.ts";
import {
  errorReply,
  eventStream,
  MESSAGE,
  startPassing,
  STREAM,
} from "../../messages_upstream.ts";
import { connect, SDKS } from "../../sdks.ts";
import { postMessages } from "../../support.ts";
import { readMessage } from "../../read_message.ts";
import type { Case } from "../case.ts";
import { blocksOf, SAID, tool, USAGE, wordsOf } from "../wire.ts";

export const ENDPOINT_CASES: readonly Case[] = [
  {
    id: "C1",
    title: "25 small counts at once are counted here",
    at: "once",
    shownBy: "tests/bench/count_tokens_pace.ts, which measures them",
    async run(place) {
      await using proxy = place.open();
      const body = JSON.stringify({
        model: "claude-sonnet-5",
        tools: [],
        messages: [{ role: "user", content: "foo" }],
      });
      const counts = await Promise.all(Array.from({ length: 25 }, async () => {
        const url = `${proxy.url}/v1/messages/count_tokens`;
        const response = await fetch(url, { method: "POST", body });
        equal(response.status, 200);
        return (await response.json()).input_tokens;
      }));
      ok(counts.every((count) => Number.isInteger(count) && count > 0));
      equal(proxy.upstream.exchanges.length, 0);
    },
  },
  {
    id: "C2",
    title: "a count without a model is refused",
    at: "once",
    async run(place) {
      await using proxy = place.open();
      const body = JSON.stringify({
        messages: [{ role: "user", content: "foo" }],
      });
      const url = `${proxy.url}/v1/messages/count_tokens`;
      const response = await fetch(url, { method: "POST", body });
      equal((await response.json()).error.message, "model: Field required");
      equal(response.status, 400);
    },
  },
  {
    id: "C3",
    title: "models are listed, page by page",
    at: "once",
    async run(place) {
      await using proxy = place.open();
      const page = async (query: string) => {
        const response = await fetch(`${proxy.url}/v1/models?${query}`);
        const { data, ...rest } = await response.json();
        return { ...rest, ids: data.map(({ id }: { id: string }) => id) };
      };
      const whole = await page("limit=1000");
      const [first, second] = whole.ids;
      deepEqual(whole.ids, [
        `anthropic/${place.model}`,
        "anthropic/small-model",
      ]);
      deepEqual(whole, {
        ids: [first, second],
        has_more: false,
        first_id: first,
        last_id: second,
      });
      equal((await page("limit=1")).has_more, true);
      deepEqual((await page(`limit=1&after_id=${first}`)).ids, [second]);
    },
  },
  {
    id: "C4",
    title: "an unknown model is not found",
    at: "once",
    async run(place) {
      await using proxy = place.open();
      const response = await fetch(`${proxy.url}/v1/models/unknown`);
      equal(response.status, 404);
      equal((await response.json()).error.type, "not_found_error");
    },
  },
  {
    id: "C5",
    title: "probes are answered without a key",
    at: "once",
    async run(place) {
      const environment = { CCPROXY_API_KEY: "k" };
      await using proxy = place.open(SAID, { environment });
      for (
        const [method, path] of [
          ["HEAD", "/api/hello"],
          ["HEAD", "/"],
          ["GET", "/"],
        ]
      ) {
        const asked = { method: `${method}` };
        const response = await fetch(`${proxy.url}${path}`, asked);
        await response.body?.cancel();
        equal(response.status, 200, `${method} ${path}`);
      }
    },
  },
  {
    id: "C6",
    title: "a coding session: thinking, parallel tools, results, an answer",
    at: "every",
    shownBy: "tests/e2e, with the real Claude Code",
    async run(place) {
      await using proxy = place.open(({ number }) =>
        number > 1
          ? chunks([textChunk("Done."), finishChunk("stop"), usageChunk(USAGE)])
          : chunks([
            reasoningChunk("Look first."),
            toolCallChunk({
              index: 0,
              id: "c0",
              name: "Bash",
              args: '{"n":1}',
            }),
            toolCallChunk({
              index: 1,
              id: "c1",
              name: "Read",
              args: '{"n":2}',
            }),
            finishChunk("tool_calls"),
            usageChunk(USAGE),
          ])
      );
      const fields = {
        stream: true,
        system: [text("S")],
        thinking: { type: "adaptive" },
        output_config: { effort: "high" },
        tools: [tool("Bash"), tool("Read")],
      };
      const start = user(
        text("<system-reminder>r</system-reminder>"),
        text("q"),
      );
      const later = { role: "system", content: "S2" };
      const first = await readMessage(
        await postMessages(proxy, { ...fields, messages: [start, later] }),
      );
      const [one, two] = first.content.filter(({ type }) => type === "tool_use")
        .map((block) => Object(block).id);
      const messages = [
        start,
        later,
        { role: "assistant", content: first.content },
        user(toolResult(one, "r1"), toolResult(two, "r2")),
      ];
      const answer = await readMessage(
        await postMessages(proxy, { ...fields, messages }),
      );
      deepEqual(blocksOf(answer), ["text Done."]);
      const sent = proxy.upstream.exchanges[1]?.body.messages ?? [];
      const results = sent.filter(({ role }) => role === "tool");
      deepEqual(results.map(wordsOf), ["r1", "r2"]);
    },
  },
  {
    id: "C7",
    title: "a wrong key is answered at once, for good",
    at: "once",
    shownBy: "tests/e2e/failures_test.ts, with the real Claude Code",
    async run(place) {
      const environment = { CCPROXY_API_KEY: "k" };
      const { status, headers, error } = await place.refuses(
        () => undefined,
        {},
        { environment },
      );
      equal(status, 401);
      equal(error.type, "authentication_error");
      equal(headers.get("x-should-retry"), "false");
    },
  },
  {
    id: "C8",
    title: "both majors of the official SDK read a stream to its end",
    at: "every",
    shownBy:
      "tests/sdk_test.ts, tests/sdk_errors_test.ts, and tests/e2e/python_test.ts for the Python SDK",
    async run(place) {
      await using proxy = place.open();
      for (const sdk of [Anthropic, ...Object.values(SDKS)]) {
        const message = await connect(sdk, proxy).messages.stream({
          model: "claude-sonnet-5",
          max_tokens: 64,
          messages: [{ role: "user", content: "Hello" }],
        }).finalMessage();
        equal(Object(message.content[0]).text, "ok");
        equal(message.usage.input_tokens, USAGE.prompt_tokens);
      }
    },
  },
  {
    id: "C9",
    title: "50 streams at once, one of them aborted: the others end well",
    at: "once",
    async run(place) {
      const all = Promise.withResolvers<void>();
      let asked = 0;
      await using proxy = place.open(async (exchange) => {
        if (++asked === 50) all.resolve();
        await Promise.race([all.promise, exchange.ended]);
        return SAID(exchange);
      });
      const client = new AbortController();
      const { signal } = client;
      const leaving = postMessages(proxy, { stream: true }, { signal })
        .then((response) => response.text(), () => "");
      const others = Array.from(
        { length: 49 },
        async () =>
          blocksOf(
            await readMessage(await postMessages(proxy, { stream: true })),
          ),
      );
      await all.promise;
      client.abort();
      await leaving.catch(() => {});
      for (const blocks of await Promise.all(others)) {
        deepEqual(blocks, ["text ok"]);
      }
    },
  },
  {
    id: "C10",
    title: "an upstream that speaks the Messages API is passed through",
    at: "once",
    shownBy: "tests/passthrough_test.ts and tests/passthrough_errors_test.ts",
    async run() {
      const billing = "x-anthropic-billing-header: cc_version=1; cch=0;";
      const fields = {
        model: "claude-opus-5",
        max_tokens: 5,
        system: [text(billing), text("S")],
        messages: [user({ type: "from_the_future", n: 1 })],
        from_the_future: [1],
        stream: true,
      };
      await using passing = await startPassing(() => eventStream(STREAM));
      const response = await postMessages(passing.proxy, fields);
      const named = (model: string) => `"model":"${model}"`;
      equal(
        await response.text(),
        STREAM.replace(named(MESSAGE.model), named(fields.model)),
      );
      deepEqual(passing.asked[0]?.body, {
        ...fields,
        model: "big-model",
        system: [text("S")],
      });
      await using failing = await startPassing(() =>
        errorReply(401, { type: "authentication_error", message: "no" })
      );
      const refused = await postMessages(failing.proxy, fields);
      equal(refused.status, 401);
      equal(refused.headers.get("x-should-retry"), "false");
      match((await refused.json()).request_id, /^req_\w{24}$/);
    },
  },
];
