import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert";
import fc from "fast-check";
import { ConfigError, parseConfig } from "./config.ts";
import { rowsOf } from "../models/model_rows.ts";
import type { Upstream } from "../models/select_target.ts";
import { type Environment, VARIABLES } from "./variables.ts";

const MODELS = { BIG_MODEL_NAME: "big", SMALL_MODEL_NAME: "small" };
const VALID: Environment = { ...MODELS, OPENAI_API_KEY: "sk-openai-key" };

/** The problems of an environment; empty if it is valid. */
function problemsOf(environment: Environment): readonly string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    equal(error.message, error.problems.join("\n"));
    return error.problems;
  }
}

/** The upstream of a valid environment. */
function upstreamOf(environment: Environment): Upstream {
  const [upstream, ...others] = parseConfig(environment).upstreams;
  deepEqual(others, []);
  if (!upstream) throw new Error("No upstream");
  return upstream;
}

const namesOf = (problems: readonly string[]) =>
  problems.map((problem) => problem.split(":")[0]);

Deno.test("parseConfig() has the defaults of the variables' table", () => {
  const config = parseConfig(VALID);
  equal(config.host, VARIABLES.HOST.default);
  equal(config.port, Number(VARIABLES.PORT.default));
  equal(config.logLevel, VARIABLES.LOG_LEVEL.default);
  const upstream = upstreamOf(VALID);
  deepEqual(
    config.models,
    rowsOf({ upstream: "api.openai.com", big: "big", small: "small" }),
  );
  deepEqual(config.clientKeys, []);
  equal(upstream.url, VARIABLES.OPENAI_BASE_URL.default);
  equal(upstream.name, "api.openai.com");
  equal(upstream.api, VARIABLES.UPSTREAM_API.default);
  equal(upstream.dialect.name, "openai");
  equal(upstream.keys[0]?.reveal(), "sk-openai-key");
  equal(config.timeouts.idleMs, 300_000);
  equal(config.shutdownTimeoutMs, 30_000);
});

Deno.test("parseConfig() keeps the store in a folder, in memory or at a server", () => {
  const storeOf = (environment: Environment) =>
    parseConfig({ ...VALID, ...environment }).store;
  const CCPROXY_KV_URL = "http://127.0.0.1:4512";
  deepEqual(storeOf({}), { kind: "file", folder: null });
  deepEqual(storeOf({ CCPROXY_DATA_DIR: "/d" }), {
    kind: "file",
    folder: "/d",
  });
  deepEqual(storeOf({ CCPROXY_DATA_DIR: ":memory:" }), { kind: "memory" });
  const store = storeOf({
    CCPROXY_DATA_DIR: "/d",
    CCPROXY_KV_URL,
    DENO_KV_ACCESS_TOKEN: "its-token",
  });
  ok(store.kind === "connect");
  equal(store.url, CCPROXY_KV_URL);
  equal(store.token.reveal(), "its-token");
  deepEqual(namesOf(problemsOf({ ...VALID, CCPROXY_KV_URL })), [
    "DENO_KV_ACCESS_TOKEN",
  ]);
  const wrong = { CCPROXY_KV_URL: "kv", DENO_KV_ACCESS_TOKEN: "my token" };
  const problems = problemsOf({ ...VALID, ...wrong });
  deepEqual(namesOf(problems), ["CCPROXY_KV_URL", "DENO_KV_ACCESS_TOKEN"]);
  equal(problems.join().includes("my token"), false);
});

Deno.test("parseConfig() searches with SearXNG, or with Brave where there is its key", () => {
  const searchOf = (environment: Environment) => {
    const { search } = parseConfig({ ...VALID, ...environment });
    return search && [search.kind, search.url, search.key?.reveal()];
  };
  const SEARCH_URL = "http://127.0.0.1:8888/search";
  const BRAVE_API_KEY = "brave-key";
  equal(searchOf({}), null);
  deepEqual(searchOf({ SEARCH_URL }), ["searxng", SEARCH_URL, undefined]);
  deepEqual(searchOf({ BRAVE_API_KEY }), [
    "brave",
    "https://api.search.brave.com/res/v1/web/search",
    BRAVE_API_KEY,
  ]);
  deepEqual(searchOf({ SEARCH_URL, BRAVE_API_KEY }), [
    "brave",
    SEARCH_URL,
    BRAVE_API_KEY,
  ]);
  const wrong = { ...VALID, SEARCH_URL: "searx", BRAVE_API_KEY: "two words" };
  const problems = problemsOf(wrong);
  deepEqual(
    new Set(namesOf(problems)),
    new Set(["SEARCH_URL", "BRAVE_API_KEY"]),
  );
  ok(!problems.join().includes("two words"));
});

Deno.test("parseConfig() reports every bad value at once", () => {
  const problems = problemsOf({
    BIG_MODEL_NAME: "big",
    OPENAI_API_KEY: "two words",
    OPENAI_BASE_URL: "localhost",
    HOST: "not a host",
    PORT: "70000",
    LOG_LEVEL: "LOUD",
    ALLOW_OPEN: "maybe",
    UPSTREAM_IDLE_TIMEOUT: "0",
    SHUTDOWN_TIMEOUT: "soon",
    CCPROXY_API_KEY: "a b",
  });
  deepEqual(
    new Set(namesOf(problems)),
    new Set([
      "OPENAI_API_KEY",
      "CCPROXY_API_KEY",
      "SMALL_MODEL_NAME",
      "OPENAI_BASE_URL",
      "HOST",
      "PORT",
      "LOG_LEVEL",
      "ALLOW_OPEN",
      "UPSTREAM_IDLE_TIMEOUT",
      "SHUTDOWN_TIMEOUT",
    ]),
  );
});

const BAD: [keyof Environment, string, RegExp][] = [
  [
    "UPSTREAM_API",
    "grpc",
    /^UPSTREAM_API: expected one of auto, chat, responses, anthropic/,
  ],
  ["PORT", "http", /^PORT: expected a port, 0–65535, got "http"$/],
  ["PORT", "-1", /0–65535, got "-1"/],
  ["PORT", "65536", /0–65535/],
  ["PORT", "80.5", /0–65535/],
  ["PORT", "NaN", /0–65535/],
  ["LOG_LEVEL", "loud", /one of DEBUG, INFO, WARN, ERROR, got/],
  ["ALLOW_OPEN", "maybe", /^ALLOW_OPEN: expected true or false, got "maybe"$/],
  ["UPSTREAM_IDLE_TIMEOUT", "-5", /a number of seconds above 0/],
  ["SHUTDOWN_TIMEOUT", "Infinity", /a number of seconds/],
  ["OPENAI_BASE_URL", "ftp://a", /a URL, e\.g\. https/],
  ["OPENAI_BASE_URL", "api.openai.com/v1", /a URL/],
  ["HOST", "a b", /an address/],
];

for (const [name, value, expected] of BAD) {
  Deno.test(`parseConfig() refuses ${name}=${value}`, () => {
    const problems = problemsOf({ ...VALID, [name]: value });
    ok(problems.some((problem) => expected.test(problem)), problems.join());
  });
}

Deno.test("parseConfig() names what is missing and what to write", () => {
  const problems = problemsOf({});
  deepEqual(namesOf(problems), [
    "BIG_MODEL_NAME",
    "SMALL_MODEL_NAME",
    "OPENAI_API_KEY",
  ]);
  for (const problem of problems) match(problem, /expected .*it is not set$/);
});

Deno.test("parseConfig() never shows a key", () => {
  const secret = fc.stringMatching(/^[a-z0-9-]{6,20}$/).map((key) =>
    `KEY${key}`
  );
  const spoilt = fc.tuple(secret, fc.constantFrom("", " x", "\nx", "é"))
    .map(([key, end]) => ({ key, value: key + end }));
  fc.assert(fc.property(
    fc.record({
      OPENAI_API_KEY: fc.option(spoilt),
      OPENROUTER_API_KEY: fc.option(spoilt),
      CCPROXY_API_KEY: fc.option(spoilt),
    }),
    (keys) => {
      const given = Object.entries(keys).flatMap(([name, given]) =>
        given ? [[name, given.value]] : []
      );
      const environment = { ...Object.fromEntries(given), PORT: "bad" };
      const told = problemsOf(environment).join("\n");
      for (const given of Object.values(keys)) {
        equal(given !== null && told.includes(given.key), false, told);
      }
    },
  ));
  const config = parseConfig({ ...VALID, CCPROXY_API_KEY: "client-key" });
  equal(/sk-openai-key|client-key/.test(JSON.stringify(config)), false);
});

Deno.test("parseConfig() never shows the credentials in a URL", () => {
  const told = problemsOf({ ...VALID, OPENAI_BASE_URL: "ftp://me:pass1@host" });
  equal(told.join().includes("pass1"), false, told.join());
});

Deno.test("parseConfig() takes blank variables for ones that are not set", () => {
  const names = Object.keys(VARIABLES);
  const required = ["BIG_MODEL_NAME", "SMALL_MODEL_NAME", "OPENAI_API_KEY"];
  for (const blank of ["", " ", "\t\n"]) {
    for (const name of names.filter((name) => !required.includes(name))) {
      const config = parseConfig({ ...VALID, [name]: blank });
      equal(JSON.stringify(config), JSON.stringify(parseConfig(VALID)), name);
    }
    for (const name of required) {
      deepEqual(namesOf(problemsOf({ ...VALID, [name]: blank })), [name]);
    }
  }
});

Deno.test("parseConfig() takes OpenRouter for the upstream if only its key is there", () => {
  const alone = { ...MODELS, OPENROUTER_API_KEY: "sk-or-key" };
  for (
    const environment of [
      alone,
      { ...alone, OPENAI_API_KEY: "", OPENAI_BASE_URL: "" },
      { ...alone, OPENAI_API_KEY: " ", OPENAI_BASE_URL: " " },
    ]
  ) {
    const upstream = upstreamOf(environment);
    equal(upstream.url, "https://openrouter.ai/api/v1");
    equal(upstream.dialect.name, "openrouter");
    equal(upstream.keys[0]?.reveal(), "sk-or-key");
  }
});

Deno.test("parseConfig() sends each key to its own upstream alone", () => {
  const both = { ...VALID, OPENROUTER_API_KEY: "sk-or-key" };
  for (
    const [OPENAI_BASE_URL, key] of [
      ["https://api.openai.com/v1", "sk-openai-key"],
      ["https://openrouter.ai/api/v1", "sk-or-key"],
      ["https://example.com/v1", "sk-openai-key"],
    ] as const
  ) {
    const upstream = upstreamOf({ ...both, OPENAI_BASE_URL });
    equal(upstream.keys[0]?.reveal(), key);
  }
});

Deno.test("parseConfig() wants a key that the upstream takes", () => {
  for (
    const OPENAI_BASE_URL of [
      "https://example.com/v1",
      "https://api.openai.com/v1",
    ]
  ) {
    const environment = {
      ...MODELS,
      OPENROUTER_API_KEY: "sk-or-key",
      OPENAI_BASE_URL,
    };
    deepEqual(namesOf(problemsOf(environment)), ["OPENAI_API_KEY"]);
  }
});

Deno.test("parseConfig() wants no key for a server on this machine", () => {
  for (
    const host of ["localhost:8000", "127.0.0.1:1234", "127.8.9.1", "[::1]:80"]
  ) {
    const OPENAI_BASE_URL = `http://${host}/v1/`;
    const upstream = upstreamOf({ ...MODELS, OPENAI_BASE_URL });
    deepEqual(upstream.keys, []);
    equal(upstream.url, `http://${host}/v1`);
  }
  for (const host of ["10.0.0.1", "127.0.0.1.example.com", "localhost.de"]) {
    throws(
      () => parseConfig({ ...MODELS, OPENAI_BASE_URL: `http://${host}/v1` }),
      ConfigError,
    );
  }
});

Deno.test("parseConfig() listens beyond this machine only with a key or on demand", () => {
  for (const HOST of ["0.0.0.0", "::", "192.168.1.2", "example.com"]) {
    deepEqual(namesOf(problemsOf({ ...VALID, HOST })), ["HOST"]);
    deepEqual(problemsOf({ ...VALID, HOST, CCPROXY_API_KEY: "k" }), []);
    deepEqual(problemsOf({ ...VALID, HOST, ALLOW_OPEN: "yes" }), []);
    deepEqual(namesOf(problemsOf({ ...VALID, HOST, ALLOW_OPEN: "no" })), [
      "HOST",
    ]);
  }
  for (const HOST of ["127.0.0.1", "localhost", "::1"]) {
    deepEqual(problemsOf({ ...VALID, HOST }), []);
  }
});

Deno.test("parseConfig() reads booleans and levels in any case", () => {
  const open = { ...VALID, HOST: "0.0.0.0" };
  for (const ALLOW_OPEN of ["true", "True", "TRUE", "1", "yes", "YES", "Yes"]) {
    deepEqual(problemsOf({ ...open, ALLOW_OPEN }), [], ALLOW_OPEN);
  }
  for (const ALLOW_OPEN of ["false", "False", "FALSE", "0", "no", "NO", "No"]) {
    deepEqual(namesOf(problemsOf({ ...open, ALLOW_OPEN })), ["HOST"]);
  }
  for (const [level, expected] of [["debug", "DEBUG"], ["Warning", "WARN"]]) {
    equal(parseConfig({ ...VALID, LOG_LEVEL: level }).logLevel, expected);
  }
});

Deno.test("parseConfig() reads several keys of an upstream, each once", () => {
  const keysOf = (environment: Environment) =>
    upstreamOf({ ...MODELS, ...environment }).keys
      .map((key) => key.reveal());
  deepEqual(keysOf({ OPENAI_API_KEY: "a, b,a,,c" }), ["a", "b", "c"]);
  deepEqual(keysOf({ OPENROUTER_API_KEY: "a,b" }), ["a", "b"]);
});

Deno.test("parseConfig() reads clients' keys from a list", () => {
  const { clientKeys } = parseConfig({ ...VALID, CCPROXY_API_KEY: "a,, b" });
  deepEqual(clientKeys.map((key) => key.reveal()), ["a", "b"]);
});

Deno.test("parseConfig() never opens the proxy by a list without a key", () => {
  const environment = { ...VALID, HOST: "0.0.0.0", CCPROXY_API_KEY: "," };
  ok(problemsOf(environment).length > 0);
});

Deno.test("parseConfig() asks Anthropic where an upstream with its API has no URL", () => {
  const anthropic = { ...VALID, UPSTREAM_API: "Anthropic" };
  const upstream = upstreamOf(anthropic);
  equal(upstream.api, "anthropic");
  equal(upstream.url, "https://api.anthropic.com/v1");
  equal(upstream.dialect.messagesKeyHeader, "x-api-key");
  const skin = upstreamOf({
    ...anthropic,
    OPENAI_API_KEY: undefined,
    OPENROUTER_API_KEY: "k",
  });
  equal(skin.url, "https://openrouter.ai/api/v1");
  const local = "http://127.0.0.1:8000/v1";
  equal(
    upstreamOf({ ...anthropic, OPENAI_BASE_URL: local }).url,
    local,
  );
});

Deno.test("parseConfig() restricts upstreams to known hosts over HTTPS where it shall", () => {
  const given = { ...VALID, OPENAI_API_KEY: "k", RESTRICT_BASE_URL: "yes" };
  for (
    const url of [
      "https://api.openai.com/v1",
      "https://openrouter.ai/api/v1",
      "http://127.0.0.1:8000/v1",
    ]
  ) parseConfig({ ...given, OPENAI_BASE_URL: url });
  deepEqual(
    problemsOf({ ...given, OPENAI_BASE_URL: "http://llm.example/v1" }),
    [
      "OPENAI_BASE_URL: expected https with RESTRICT_BASE_URL, got http",
      'OPENAI_BASE_URL: expected a host in ALLOWED_BASE_URL_HOSTS, got "llm.example"',
    ],
  );
  parseConfig({
    ...given,
    OPENAI_BASE_URL: "https://llm.example/v1",
    ALLOWED_BASE_URL_HOSTS: "other.example, LLM.example",
  });
});

Deno.test("parseConfig() lets only this machine's names in unless keys or hosts are set", () => {
  const hosts = (given: Environment) =>
    parseConfig({ ...VALID, ...given }).guards.allowedHosts;
  deepEqual(hosts({}), ["127.0.0.1"]);
  deepEqual(hosts({ CCPROXY_API_KEY: "k" }), ["*"]);
  deepEqual(hosts({ CCPROXY_API_KEY: "k", ALLOWED_HOSTS: "A.example" }), [
    "a.example",
  ]);
});
