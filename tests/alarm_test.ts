/** Errors by cause at `/v1/errors`, and alerts to a stand-in for Slack. */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { openaiError, refusal } from "../src/demo/replies.ts";
import { createLogger } from "../src/log.ts";
import { startAlarm } from "../src/observe/alarm.ts";
import { createWebhook } from "../src/observe/webhook.ts";
import { postMessages, startProxy } from "./support.ts";

const FAILING = {
  script: () => refusal(503, openaiError("busy, try again in 3s")),
  retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
};

/** A log that only collects. */
function aLog() {
  const lines: string[] = [];
  const log = createLogger({
    level: "DEBUG",
    write: (line) => void lines.push(line),
    now: Date.now,
    pretty: false,
  });
  return { log, lines };
}

/** Accepts posts, and answers with `status`. */
function startWebhook(status = 200) {
  const taken: unknown[] = [];
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      taken.push(await request.json());
      resolve();
      return new Response(null, { status });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}/hook-of-mine`;
  return { url, taken, first, close: () => server.shutdown() };
}

Deno.test("GET /v1/errors groups what clients were told", async () => {
  await using proxy = startProxy(FAILING);
  for (let number = 0; number < 3; number++) {
    await (await postMessages(proxy, {})).text();
  }
  const refused = await postMessages(proxy, { max_tokens: "x" });
  const { request_id } = await refused.json();
  const { data } = await (await fetch(`${proxy.url}/v1/errors`)).json();
  deepEqual(
    data.map(({ upstream, status, type, count }: Record<string, unknown>) => [
      upstream,
      status,
      type,
      count,
    ]),
    [
      [null, 400, "invalid_request_error", 1],
      ["127.0.0.1", 529, "overloaded_error", 3],
    ],
  );
  equal(data[0].request_id, request_id);
  ok(Date.parse(data[1].first_seen) <= Date.parse(data[1].last_seen));
  const later = await fetch(`${proxy.url}/v1/errors?since=2999-01-01`);
  deepEqual(await later.json(), { data: [] });
  const wrong = await fetch(`${proxy.url}/v1/errors?since=yesterday`);
  equal(wrong.status, 400);
  ok((await wrong.text()).includes("2026-11-22T08:00:00Z"));
});

Deno.test("an outage is told to the webhook once", async () => {
  const webhook = startWebhook();
  const { log, lines } = aLog();
  const deliver = createWebhook({ url: webhook.url, fetch, log });
  const alarm = startAlarm({ log, now: Date.now, deliver, checkMs: 5 });
  await using proxy = startProxy({ ...FAILING, observers: [alarm.observe] });
  for (let number = 0; number < 25; number++) {
    await (await postMessages(proxy, {})).text();
  }
  await webhook.first;
  alarm.close();
  await webhook.close();
  equal(webhook.taken.length, 1);
  ok(/messages in 5 min failed/.test(JSON.stringify(webhook.taken[0])));
  ok(lines.some((line) => line.includes('"topic":"errors"')));
});

Deno.test("createWebhook() harms nobody and keeps its URL to itself", async () => {
  const webhook = startWebhook(500);
  const { log, lines } = aLog();
  const alert = { topic: "errors", isOver: false, text: "x" };
  await createWebhook({ url: webhook.url, fetch, log })(alert);
  await webhook.close();
  await createWebhook({ url: webhook.url, fetch, log })(alert);
  deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ message, status, reason }) => [
      message,
      status,
      reason,
    ]),
    [
      ["alert not delivered", 500, undefined],
      ["alert not delivered", undefined, "TypeError"],
    ],
  );
  equal(lines.join("").includes("hook-of-mine"), false);
});

Deno.test("createWebhook() posts one after the other, and not without end", async () => {
  const webhook = startWebhook();
  const { log } = aLog();
  const deliver = createWebhook({ url: webhook.url, fetch, log });
  const all = Array.from(
    { length: 30 },
    (_, number) =>
      deliver({ topic: "t", isOver: number % 2 === 1, text: String(number) }),
  );
  await Promise.all(all);
  await webhook.close();
  deepEqual(
    webhook.taken,
    Array.from({ length: 10 }, (_, number) => ({
      text: `ccproxy: ${number % 2 ? "over: " : ""}${number}`,
    })),
  );
});
