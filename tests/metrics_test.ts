/** `/metrics`, through the HTTP port. */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import parsePrometheus from "parse-prometheus-text-format";
import { chunks, openaiError, refusal } from "../src/demo/replies.ts";
import { createMetrics, renderMetrics } from "../src/observe/metrics.ts";
import { aRecord, chunk } from "./builders.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

async function pageOf({ url }: Proxy): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  equal(response.status, 200);
  equal(
    response.headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  return await response.text();
}

/** The samples of one name, each with its labels, as on the page. */
function samples(page: string, name: string): string[] {
  return page.split("\n")
    .filter((line) =>
      line.startsWith(`${name}{`) || line.startsWith(`${name} `)
    )
    .map((line) => line.slice(name.length));
}

const usage = {
  prompt_tokens: 100,
  prompt_tokens_details: { cached_tokens: 60 },
  completion_tokens: 7,
};

Deno.test("/metrics counts what was done, in a form that a parser reads", async () => {
  await using proxy = startProxy({
    script: ({ number }) =>
      number === 3
        ? refusal(400, openaiError("no"))
        : chunks([chunk({ content: "hi" }, "stop"), { choices: [], usage }]),
  });
  for (const stream of [true, false, true]) {
    await (await postMessages(proxy, { stream })).text();
  }
  await (await fetch(`${proxy.url}/anything/at/all`)).text();
  const page = await pageOf(proxy);

  const families: { name: string; type: string }[] = parsePrometheus(page);
  const types = new Map(families.map(({ name, type }) => [name, type]));
  equal(types.get("ccproxy_answers_total"), "COUNTER");
  equal(types.get("gen_ai_server_request_duration_seconds"), "HISTOGRAM");
  deepEqual(samples(page, "ccproxy_answers_total"), [
    '{http_route="/v1/messages",http_response_status_code="200"} 2',
    '{http_route="/v1/messages",http_response_status_code="400"} 1',
    '{http_route="none",http_response_status_code="404"} 1',
  ]);
  deepEqual(samples(page, "ccproxy_errors_total"), [
    '{http_route="/v1/messages",error_type="invalid_request_error"} 1',
    '{http_route="none",error_type="not_found_error"} 1',
  ]);
  const model = 'upstream="127.0.0.1",gen_ai_request_model="big-model"';
  deepEqual(samples(page, "gen_ai_client_token_usage_sum"), [
    `{${model},gen_ai_token_type="input"} 80`,
    `{${model},gen_ai_token_type="input_cache_read"} 120`,
    `{${model},gen_ai_token_type="output"} 14`,
  ]);
  deepEqual(samples(page, "gen_ai_server_time_to_first_token_seconds_count"), [
    `{${model}} 2`,
  ]);
  deepEqual(samples(page, "ccproxy_upstream_attempts_total"), [`{${model}} 3`]);
});

Deno.test("/metrics does not grow with what clients make up", async () => {
  await using proxy = startProxy();
  for (let number = 0; number < 30; number++) {
    await (await fetch(`${proxy.url}/made-up/${number}`)).text();
  }
  equal(samples(await pageOf(proxy), "ccproxy_answers_total").length, 1);
});

Deno.test("/metrics is for this machine or those with a key", async () => {
  await using proxy = startProxy({ environment: { CCPROXY_API_KEY: "k" } });
  const refused = await fetch(`${proxy.url}/metrics`);
  equal(refused.status, 401);
  await refused.body?.cancel();
  const headers = { authorization: "Bearer k" };
  const shown = await fetch(`${proxy.url}/metrics`, { headers });
  equal(shown.status, 200);
  await shown.body?.cancel();
});

Deno.test("renderMetrics() adds threads up, but not the process's memory", async () => {
  const metrics = createMetrics();
  metrics.observe(aRecord({ method: "GET", route: "/health" }));
  const one = await metrics.read();
  const alone = await renderMetrics([one]);
  const both = await renderMetrics([one, structuredClone(one)]);
  const answers = '{http_route="/health",http_response_status_code="200"}';
  deepEqual(samples(both, "ccproxy_answers_total"), [`${answers} 2`]);
  const memory = samples(both, "process_resident_memory_bytes");
  deepEqual(memory, samples(alone, "process_resident_memory_bytes"));
  ok(Number(memory[0]) > 1e6);
});
