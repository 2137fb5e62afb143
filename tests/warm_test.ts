/**
 * `ccproxy cache warm`: what it requests, what it reports, how it ends.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { fileURLToPath } from "node:url";
import {
  checkCache,
  describeWarming,
  readWarmRequests,
  warmCache,
} from "../src/cli/warm.ts";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import { chunks, json, openaiError } from "../src/demo/replies.ts";
import { postMessages, type ProxyOptions, startProxy } from "./support.ts";

const request = (content: string) => ({
  model: "claude-haiku-4-5",
  max_tokens: 20,
  messages: [{ role: "user", content }],
});

const toFile = (...contents: string[]) =>
  contents.map((content) => `${JSON.stringify(request(content))}\n`).join("");

/** A proxy whose upstream refuses what is forbidden, and how it is warmed. */
function startWarming({ environment, ...options }: ProxyOptions = {}) {
  const proxy = startProxy({
    script: ({ body }) =>
      JSON.stringify(body.messages).includes("forbidden")
        ? json(openaiError("That is forbidden"), { status: 400 })
        : body.stream
        ? chunks([textChunk("Hi"), finishChunk("stop")])
        : undefined,
    environment: { RESPONSE_CACHE: "all", ...environment },
    ...options,
  });
  const written: string[] = [];
  const deps = {
    url: proxy.url,
    key: undefined,
    fetch,
    write: (text: string) => void written.push(text),
    now: () => 0,
  };
  return {
    proxy,
    deps,
    written,
    warm: (text: string) => warmCache(readWarmRequests(text), deps),
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

Deno.test("warmCache() has answers kept that clients then get, however they ask", async () => {
  await using warming = startWarming();
  const { proxy, warm, written } = warming;
  const file = toFile("one", "two", "three", "four", "five", "six");
  deepEqual(await warm(file), { asked: 6, known: 0, failed: 0 });
  equal(written.length, 6);
  match(written[5] ?? "", /^6\/6 {2}line \d {2}claude-haiku-4-5 {2}asked/);
  deepEqual(await warm(file), { asked: 0, known: 6, failed: 0 });
  const asked = proxy.upstream.exchanges.length;
  equal(asked, 6);
  for (const stream of [true, false]) {
    const answer = await postMessages(proxy, { ...request("two"), stream });
    await answer.text();
    equal(answer.headers.get("x-ccproxy-cache"), "hit");
  }
});

Deno.test("warmCache() tells which requests failed, and goes on", async () => {
  await using warming = startWarming();
  const { warm, written } = warming;
  const sum = await warm(toFile("one", "forbidden", "three"));
  deepEqual(sum, { asked: 2, known: 0, failed: 1 });
  equal(
    describeWarming(sum),
    "2 asked, 0 were there already, 1 failed\n",
  );
  const [told = ""] = written.filter((line) => line.includes("FAILED"));
  match(told, /line 2 {2}claude-haiku-4-5 {2}FAILED .*: .*That is forbidden/);
});

Deno.test("warmCache() gives up on no request when the proxy goes", async () => {
  await using warming = startWarming();
  const fetch = () => Promise.reject(new TypeError("refused"));
  const deps = { ...warming.deps, fetch };
  const sum = await warmCache(readWarmRequests(toFile("one", "two")), deps);
  deepEqual(sum, { asked: 0, known: 0, failed: 2 });
});

for (
  const [mode, says] of [["all", null], ["safe", /at temperature 0/]] as const
) {
  Deno.test(`checkCache() tells what RESPONSE_CACHE=${mode} keeps`, async () => {
    await using warming = startWarming({
      environment: { RESPONSE_CACHE: mode },
    });
    const notice = await checkCache(warming.deps);
    if (says) match(notice ?? "", says);
    else equal(notice, null);
  });
}

Deno.test("checkCache() refuses a proxy that keeps nothing, or is none, or wants a key", async () => {
  await using off = startWarming({ environment: { RESPONSE_CACHE: "off" } });
  await rejects(checkCache(off.deps), /RESPONSE_CACHE=off/);
  const nobody = { ...off.deps, url: "http://127.0.0.1:1" };
  await rejects(checkCache(nobody), /No proxy answers .*ccproxy serve/);
  const another = () => Promise.resolve(new Response("hello"));
  await rejects(checkCache({ ...off.deps, fetch: another }), /200/);
  await using keyed = startWarming({
    environment: { CCPROXY_API_KEY: "a-client-key" },
  });
  await rejects(checkCache(keyed.deps), /key/);
  await checkCache({ ...keyed.deps, key: "a-client-key" });
});

/** Runs the program. */
async function run(port: string, file: string) {
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "-A", main]
      .concat("cache", "warm", file),
    env: { HOST: "127.0.0.1", PORT: port, CCPROXY_API_KEY: "" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), said: decoder.decode(stderr) };
}

Deno.test("ccproxy cache warm ends as it went", async () => {
  await using warming = startWarming();
  const { port } = new URL(warming.proxy.url);
  const folder = await Deno.makeTempDir();
  const file = `${folder}/requests.jsonl`;

  await Deno.writeTextFile(file, toFile("one", "two"));
  const well = await run(port, file);
  deepEqual([well.code, well.out], [
    0,
    "2 asked, 0 were there already, 0 failed\n",
  ]);
  match(well.said, /^1\/2 [^]*^2\/2 /m);
  equal((await run("1", file)).code, 69);

  await Deno.writeTextFile(file, toFile("one", "forbidden"));
  equal((await run(port, file)).code, 1);

  await Deno.writeTextFile(file, "no request\n");
  const bad = await run(port, file);
  equal(bad.code, 65);
  match(bad.said, /requests\.jsonl:\n {2}line 1: expected a request as JSON/);
  equal((await run(port, `${folder}/missing`)).code, 65);
  await Deno.remove(folder, { recursive: true });
});
