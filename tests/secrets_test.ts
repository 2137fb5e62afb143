/**
 * Secrets stay secret: whatever upstreams and clients leak, none is in what
 * ccproxy prints, reports and serves.
 *
 * @module
 */
import { deepStrictEqual as deepEqual, ok } from "node:assert";
import fc from "fast-check";
import { type Settings, startProxyProcess } from "./e2e/proxy_process.ts";
import { LEAKS, serveLeakyUpstream } from "./leaky_upstream.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

/**
 * Visible ASCII without commas, which separate keys; includes quotes, $& and %.
 */
const key = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e })
    .map((code) => String.fromCharCode(code)).filter((char) => char !== ","),
  minLength: 12,
  maxLength: 60,
});

const api = fc.constantFrom("chat", "responses", "anthropic");

/** All forms a key may have in JSON, in JSON in JSON and in a URL. */
function formsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inJsonInJson = JSON.stringify(inJson).slice(1, -1);
  return [secret, inJson, inJsonInJson, encodeURIComponent(secret)];
}

/** The secrets visible in each place. */
function leaksIn(
  seen: Readonly<Record<string, string>>,
  secrets: readonly string[],
): string[] {
  const forms = secrets.flatMap(formsOf);
  return Object.entries(seen)
    .filter(([, text]) => forms.some((form) => text.includes(form)))
    .map(([place, text]) => `${place}: ${text}`);
}

/** What a client gets of an error: status line, headers, body, last event. */
async function toldOf(response: Response): Promise<string> {
  const headers = JSON.stringify([...response.headers]);
  const body = await response.text();
  // A model's words belong to its client, whatever they say.
  const errors = response.ok
    ? body.split("\n\n").filter((event) => event.startsWith("event: error"))
    : [body];
  return [headers, ...errors].join("\n");
}

const read = async (url: string, headers: Record<string, string>) =>
  await toldOf(await fetch(url, { headers }));

/** Sends requests that fail in many ways, and collects what is reported. */
async function provoke(
  { url }: Pick<Proxy, "url">,
  { client, others, stream }: {
    client: string;
    others: readonly string[];
    stream: boolean;
  },
): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  const headers = { "x-api-key": client };
  const ask = async (
    what: string,
    body: Record<string, unknown>,
    init: RequestInit = { headers },
  ) => {
    seen[what] = await toldOf(await postMessages({ url }, body, init));
  };
  await ask("an upstream's failure", { stream });
  await ask("a malformed request", { max_tokens: client });
  await ask("a wrong role", { messages: [{ role: client, content: "x" }] });
  for (const [i, secret] of others.entries()) {
    await ask(`another's key ${i}`, {}, { headers: { "x-api-key": secret } });
    await ask(`another's bearer ${i}`, {}, {
      headers: { authorization: `Bearer ${secret}` },
    });
  }
  for (const secret of [client, ...others]) {
    const written = encodeURIComponent(secret);
    seen[`a path ${written.length}`] = await read(
      `${url}/v1/${written}?api_key=${written}`,
      headers,
    );
  }
  const broken = { method: "POST", headers, body: `{"${client}` };
  seen["no JSON"] = await toldOf(await fetch(`${url}/v1/messages`, broken));
  return seen;
}

const settings = (
  { url, api, keys, client, webhook }: {
    url: string;
    api: string;
    keys: readonly string[];
    client: string;
    webhook: string;
  },
): Settings => ({
  OPENAI_BASE_URL: url,
  UPSTREAM_API: api,
  OPENAI_API_KEY: keys.join(","),
  CCPROXY_API_KEY: client,
  ALERT_WEBHOOK_URL: `http://127.0.0.1:1/${encodeURIComponent(webhook)}`,
  LOG_LEVEL: "DEBUG",
  LOG_BODIES: "true",
});

Deno.test("no secret is in log, metrics, errors, bodies and headers, however it gets out", async () => {
  await using upstream = serveLeakyUpstream();
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { minLength: 4, maxLength: 4 }),
      api,
      fc.constantFrom(...Object.keys(LEAKS)),
      fc.boolean(),
      async (
        [first = "", second = "", client = "", webhook = ""],
        api,
        leak,
        stream,
      ) => {
        upstream.leak = leak;
        const keys = [first, second];
        const { url } = upstream;
        await using proxy = startProxy({
          environment: settings({ url, api, keys, client, webhook }),
        });
        const seen = await provoke(proxy, { client, others: keys, stream });
        const headers = { "x-api-key": client };
        seen.metrics = await (await fetch(`${proxy.url}/metrics`, { headers }))
          .text();
        seen.errors = await (await fetch(`${proxy.url}/v1/errors`, { headers }))
          .text();
        for (const [i, line] of proxy.logged.entries()) {
          seen[`log ${i}`] = line;
        }
        ok(seen.errors.includes("ccproxy has no"), seen.errors);
        ok(proxy.logged.some((line) => line.includes('"client request"')));
        deepEqual(leaksIn(seen, [...keys, client, webhook]), []);
      },
    ),
    { numRuns: 100 },
  );
});

for (const WORKERS of ["1", "2"]) {
  Deno.test(
    `no secret is in what the process prints and keeps, with ${WORKERS} threads`,
    {
      ignore: Deno.build.os === "windows" && WORKERS !== "1", // one thread serves there
      timeout: 60_000,
    },
    async () => {
      const folder = await Deno.makeTempDir();
      const LOG_FILE = `${folder}/ccproxy.log`;
      const keys = ['up"stream\\key-1', "up%20stream$&key-2"];
      const [client, webhook, token, password, otlp] = [
        'cli"ent\\key-3',
        "hook/key-4-secret",
        'to"ken\\key-5-secret',
        "pass-word-6-secret",
        "otlp-key-7-secret",
      ];
      const secrets = [...keys, client, webhook, token, password, otlp];
      const { signal } = new AbortController();
      await using upstream = serveLeakyUpstream();
      const proxy = await startProxyProcess({
        signal,
        environment: {
          ...settings({
            url: upstream.url,
            api: "chat",
            keys,
            client,
            webhook,
          }),
          BIG_MODEL_NAME: "big",
          SMALL_MODEL_NAME: "small",
          CCPROXY_KV_URL: `http://me:${password}@127.0.0.1:1/`,
          DENO_KV_ACCESS_TOKEN: token,
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://me:${password}@127.0.0.1:1`,
          OTEL_EXPORTER_OTLP_HEADERS: `x-key=${otlp}`,
          WORKERS,
          LOG_FILE,
        },
      });
      const seen: Record<string, string> = {};
      for (const leak of Object.keys(LEAKS)) {
        upstream.leak = leak;
        for (const stream of [true, false]) {
          const told = await provoke(proxy, { client, others: keys, stream });
          seen[`${leak} ${stream}`] = Object.values(told).join("\n");
        }
      }
      proxy.kill("SIGTERM");
      await proxy.status;
      await proxy[Symbol.asyncDispose]();
      seen.stdout = await proxy.printed;
      seen.stderr = proxy.logged.join("\n");
      seen.file = await Deno.readTextFile(LOG_FILE);
      await Deno.remove(folder, { recursive: true });
      deepEqual(leaksIn(seen, secrets), []);
      ok(seen.file.includes("LOG_BODIES is on"), seen.file);
      ok(seen.file.includes('"client request"'));
      deepEqual( // up to the last line, which says that it ends
        seen.file.trim().split("\n").toSorted(),
        proxy.logged.toSorted(),
      );
    },
  );
}
