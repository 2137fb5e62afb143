/** Who may send requests, from where and how often, through the HTTP port. */
import { match, ok, strictEqual as equal } from "node:assert";
import { type Attack, check, post, postTo, speak, valid } from "./attack.ts";
import { type ProxyOptions, startProxy } from "./support.ts";

const KEYED: ProxyOptions = { environment: { CCPROXY_API_KEY: "sk-a,sk-b" } };

/** An attack, and the settings of the attacked proxy. */
interface AccessAttack extends Attack {
  given?: ProxyOptions;
}

const forbidden = (
  name: string,
  headers: Record<string, string>,
  tells: RegExp,
): AccessAttack => ({
  name,
  send: (proxy) => post(proxy, valid(), headers),
  status: 403,
  type: "permission_error",
  tells,
});

const elsewhere = (name: string, host: string): AccessAttack => ({
  name,
  send: (proxy) => postTo(proxy, host),
  status: 403,
  type: "permission_error",
  tells: /^Host "[\w.]+" is not allowed: add it to ALLOWED_HOSTS$/,
});

const locked = (
  name: string,
  send: Attack["send"],
): AccessAttack => ({
  name,
  send,
  status: 401,
  type: "authentication_error",
  tells: /x-api-key/,
  given: KEYED,
});

const missing = (
  name: string,
  path: string,
  method = "POST",
): AccessAttack => ({
  name,
  send: (proxy) =>
    fetch(`${proxy.url}${path}`, {
      method,
      body: method === "GET" ? null : valid(),
    }),
  status: 404,
  type: "not_found_error",
  tells: /ccproxy has no/,
});

const ATTACKS: AccessAttack[] = [
  elsewhere(
    "a name of the attacker's that points here (DNS rebinding)",
    "evil.example:11434",
  ),
  elsewhere(
    "a name that only begins like this machine's",
    "localhost.evil.example",
  ),
  elsewhere(
    "a name that only begins like an address",
    "127.0.0.1.evil.example",
  ),
  forbidden(
    "a web page that posts plain text (cross-site request forgery)",
    { origin: "https://evil.example", "content-type": "text/plain" },
    /Web pages of https:\/\/evil\.example.*CORS_ALLOW_ORIGINS/,
  ),
  forbidden("a sandboxed web page", { origin: "null" }, /Web pages of null/),
  forbidden(
    "a page of another server on this machine",
    { origin: "http://evil.localhost:8080" },
    /Web pages/,
  ),
  locked("no key", (proxy) => post(proxy, valid())),
  locked("a wrong key", (proxy) => post(proxy, valid(), { "x-api-key": "sk" })),
  locked(
    "the beginning of a key",
    (proxy) => post(proxy, valid(), { "x-api-key": "sk-" }),
  ),
  locked(
    "a key with more behind it",
    (proxy) => post(proxy, valid(), { "x-api-key": "sk-a1" }),
  ),
  locked(
    "both keys at once",
    (proxy) => post(proxy, valid(), { "x-api-key": "sk-a,sk-b" }),
  ),
  locked(
    "a wrong key beside a right one",
    (proxy) =>
      post(proxy, valid(), {
        "x-api-key": "wrong",
        authorization: "Bearer sk-a",
      }),
  ),
  locked(
    "a key by way of Basic",
    (proxy) => post(proxy, valid(), { authorization: "Basic sk-a" }),
  ),
  locked(
    "a key in the URL",
    (proxy) =>
      fetch(`${proxy.url}/v1/messages?key=sk-a&api_key=sk-a`, {
        method: "POST",
        body: valid(),
      }),
  ),
  locked(
    "no key, by another way of writing the path",
    (proxy) =>
      fetch(`${proxy.url}/v1//messages`, { method: "POST", body: valid() }),
  ),
  locked("no key for the models", (proxy) => fetch(`${proxy.url}/v1/models`)),
  locked(
    "no key for counting",
    (proxy) =>
      fetch(`${proxy.url}/v1/messages/count_tokens`, {
        method: "POST",
        body: valid(),
      }),
  ),
  missing("a path above the root", "/../../etc/passwd", "GET"),
  missing("the same in percent signs", "/%2e%2e%2f%2e%2e%2fetc/passwd", "GET"),
  missing("another method", "/v1/messages", "PUT"),
  missing("a file of the project", "/main.ts", "GET"),
  missing("its settings", "/.env", "GET"),
];

for (const attack of ATTACKS) {
  Deno.test(`security: ${attack.name} gets ${attack.status}`, async () => {
    await using proxy = startProxy(attack.given);
    await check(proxy, attack);
    equal(proxy.upstream.exchanges.length, 0);
    ok(!proxy.logged.join("").includes("sk-a"));
  });
}

Deno.test("security: a request without a host is refused", async () => {
  await using proxy = startProxy();
  const answer = await speak(proxy, "GET /v1/models HTTP/1.0\r\n\r\n");
  match(answer, /^HTTP\/1\.\d 40[03] /);
});

Deno.test("security: a web page may not even ask whether it may", async () => {
  await using proxy = startProxy();
  const response = await fetch(`${proxy.url}/v1/messages`, {
    method: "OPTIONS",
    headers: {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
    },
  });
  await response.body?.cancel();
  equal(response.status, 403);
  equal(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("security: only the pages that are named may ask", async () => {
  await using proxy = startProxy({
    environment: {
      ENABLE_CORS: "true",
      CORS_ALLOW_ORIGINS: "https://app.example",
    },
  });
  const ask = (origin: string) =>
    fetch(`${proxy.url}/v1/messages`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-api-key",
      },
    });
  const allowed = await ask("https://app.example");
  equal(allowed.status, 204);
  const { headers } = allowed;
  equal(headers.get("access-control-allow-origin"), "https://app.example");
  equal(headers.get("access-control-allow-headers"), "x-api-key");
  equal(headers.get("access-control-allow-credentials"), null);
  const other = await ask("https://app.example.evil.example");
  equal(other.status, 403);
  await other.body?.cancel();
});

Deno.test("security: hosts that are named may be used, and only they", async () => {
  await using proxy = startProxy({
    environment: { ALLOWED_HOSTS: "ccproxy.example" },
  });
  const get = async (host: string) => (await postTo(proxy, host)).status;
  equal(await get("CCProxy.example:443"), 200);
  equal(await get("other.example"), 403);
  equal(await get("10.0.0.7:11434"), 200);
  equal(await get("[::1]:11434"), 200);
});

Deno.test("security: whoever sends a key may use any host", async () => {
  await using proxy = startProxy(KEYED);
  const answer = await speak(
    proxy,
    "GET /v1/models HTTP/1.1\r\nHost: ccproxy.example\r\n" +
      "Authorization: bearer sk-b\r\nConnection: close\r\n\r\n",
  );
  match(answer, /^HTTP\/1\.1 200 /);
});

Deno.test("security: guessing keys is slowed down, whatever address is claimed", async () => {
  await using proxy = startProxy({
    environment: {
      ...KEYED.environment,
      RATE_LIMIT_ENABLED: "true",
      RATE_LIMIT_PER_MINUTE: "1",
      RATE_LIMIT_BURST: "3",
    },
  });
  const statuses: number[] = [];
  for (let guess = 0; guess < 5; guess++) {
    const response = await post(proxy, valid(), {
      "x-api-key": `guess-${guess}`,
      "x-forwarded-for": `10.0.0.${guess}`,
    });
    statuses.push(response.status);
    if (response.status === 429) {
      ok(Number(response.headers.get("retry-after")) > 50);
    }
    await response.body?.cancel();
  }
  equal(statuses.join(), "401,401,401,429,429");
  const alive = await fetch(`${proxy.url}/health`);
  await alive.body?.cancel();
  equal(alive.status, 200);
});

Deno.test("security: every answer forbids browsers to do more with it", async () => {
  await using proxy = startProxy({ environment: { ENABLE_HSTS: "true" } });
  for (const path of ["/health", "/v1/models", "/nothing"]) {
    const { headers, body } = await fetch(`${proxy.url}${path}`);
    await body?.cancel();
    equal(headers.get("x-content-type-options"), "nosniff", path);
    equal(headers.get("x-frame-options"), "DENY", path);
    match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
    match(headers.get("strict-transport-security") ?? "", /max-age=63072000/);
    equal(headers.get("server"), null);
  }
});

Deno.test("security: an upstream cannot send keys and prompts elsewhere", async () => {
  let visits = 0;
  await using elsewhere = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(String(++visits)),
  );
  const location = `http://127.0.0.1:${elsewhere.addr.port}/`;
  await using proxy = startProxy({
    script: () => ({
      status: 307,
      headers: { location },
      silenceMs: 0,
      body: "",
    }),
  });
  const response = await post(proxy, valid());
  await response.body?.cancel();
  equal(response.status, 502);
  equal(visits, 0);
});

Deno.test("security: an upstream's own headers do not reach the client", async () => {
  await using proxy = startProxy({
    script: () => ({
      status: 200,
      headers: {
        "content-type": "application/json",
        "set-cookie": "a=b",
        "access-control-allow-origin": "*",
      },
      silenceMs: 0,
      body: JSON.stringify({
        choices: [{ message: { content: "hi" }, finish_reason: "stop" }],
      }),
    }),
  });
  const { status, headers, body } = await post(proxy, valid());
  await body?.cancel();
  equal(status, 200);
  equal(headers.get("set-cookie"), null);
  equal(headers.get("access-control-allow-origin"), null);
});

Deno.test("security: an upstream that echoes our key does not tell it", async () => {
  await using proxy = startProxy({
    environment: { OPENAI_API_KEY: "sk-very-secret-0123456789" },
    script: ({ headers }) => ({
      status: 400,
      headers: { "content-type": "application/json" },
      silenceMs: 0,
      body: JSON.stringify({
        error: {
          message: `you sent ${new Headers(headers).get("authorization")}`,
        },
      }),
    }),
  });
  const response = await post(proxy, valid());
  equal(response.status, 400);
  equal((await response.text()).includes("very-secret"), false);
  equal(proxy.logged.join("").includes("very-secret"), false);
});
