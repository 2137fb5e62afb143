/** One line in the log for every request, through the HTTP port. */
import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import {
  chunks,
  openaiError,
  rawStream,
  refusal,
} from "../src/demo/replies.ts";
import { chunk } from "./builders.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

/** What the log says about requests, without what differs each time. */
function lines({ logged }: Proxy): Record<string, unknown>[] {
  return logged.map((line) => JSON.parse(line))
    .filter(({ message }) => message === "message" || message === "request")
    .map(({ route, status, outcome, error, requestId, model, level }) => {
      equal(/^req_/.test(requestId), true);
      return { level, route, status, outcome, error, model };
    });
}

const MODEL = "claude-sonnet-5";
const ROUTE = "POST /v1/messages";

Deno.test("the log has one line for each request that was answered", async () => {
  await using proxy = startProxy();
  await (await fetch(`${proxy.url}/health`)).text();
  await (await postMessages(proxy, {})).text();
  await (await postMessages(proxy, { stream: true })).text();
  await (await fetch(`${proxy.url}/v1/models/claude-x`)).text();
  const fine = { status: 200, outcome: "finished", error: undefined };
  const message = { level: "INFO", route: ROUTE, ...fine, model: MODEL };
  deepEqual(lines(proxy), [
    { level: "DEBUG", route: "GET /health", ...fine, model: undefined },
    message,
    message,
    {
      level: "INFO",
      route: "GET /v1/models/:id{.+}",
      ...fine,
      model: undefined,
    },
  ]);
});

Deno.test("the log has one line for each request that was refused", async () => {
  await using proxy = startProxy({
    script: () => refusal(500, openaiError("broken")),
    retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
  });
  await (await fetch(`${proxy.url}/secret/path`)).text();
  await (await postMessages(proxy, { max_tokens: "x" })).text();
  await (await postMessages(proxy, {})).text();
  const failed = { outcome: "failed", model: undefined };
  deepEqual(lines(proxy), [
    {
      level: "INFO",
      route: "GET none",
      status: 404,
      error: "not_found_error",
      ...failed,
    },
    {
      level: "INFO",
      route: ROUTE,
      status: 400,
      error: "invalid_request_error",
      ...failed,
    },
    {
      level: "ERROR",
      route: ROUTE,
      status: 500,
      error: "api_error",
      ...failed,
      model: MODEL,
    },
  ]);
});

Deno.test("the log says that a stream broke off after its 200", async () => {
  await using proxy = startProxy({
    script: () => chunks([chunk({ content: "hi" })], { end: "cut" }),
  });
  await (await postMessages(proxy, { stream: true })).text();
  deepEqual(lines(proxy), [{
    level: "ERROR",
    route: ROUTE,
    status: 200,
    outcome: "failed",
    error: "api_error",
    model: MODEL,
  }]);
});

Deno.test("the log says that a client left", async () => {
  await using proxy = startProxy({
    script: () =>
      rawStream([`data: ${JSON.stringify(chunk({ content: "hi" }))}\n\n`], {
        end: "hang",
      }),
  });
  const response = await postMessages(proxy, { stream: true });
  await response.body?.cancel();
  await proxy.upstream.exchanges[0]?.ended;
  const [line] = lines(proxy);
  deepEqual([line?.outcome, line?.error], ["client gone", undefined]);
});
