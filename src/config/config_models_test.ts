import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { describeRow } from "../cli/config.ts";
import { ConfigError, parseConfig } from "./config.ts";
import type { Environment } from "./variables.ts";

const LOCAL = { url: "http://127.0.0.1:8000/v1" };
const HAIKU = { match: "claude-haiku-*", to: ["local/small"] };
const REST = { match: "*", to: ["local/big"] };
const NAMES: Environment = {
  OPENAI_API_KEY: "sk-openai-key",
  BIG_MODEL_NAME: "big",
  SMALL_MODEL_NAME: "small",
};

/** Environment and file merged, as text. */
function merged(environment: Environment, file: unknown) {
  try {
    const { upstreams, models, notices } = parseConfig(environment, {
      file: { path: "c.json", text: JSON.stringify(file) },
    });
    return {
      upstreams: upstreams.map(({ name, url }) => `${name} ${url}`),
      models: models.map(describeRow),
      notices,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems };
  }
}

Deno.test("parseConfig() needs nothing of the environment beside a file", () => {
  deepEqual(merged({}, { upstreams: { local: LOCAL }, models: [HAIKU] }), {
    upstreams: ["local http://127.0.0.1:8000/v1"],
    models: ["claude-haiku-* → local/small"],
    notices: [],
  });
});

Deno.test("parseConfig() puts the environment's two models after the file's rows", () => {
  deepEqual(merged(NAMES, { upstreams: { local: LOCAL }, models: [HAIKU] }), {
    upstreams: [
      "local http://127.0.0.1:8000/v1",
      "api.openai.com https://api.openai.com/v1",
    ],
    models: [
      "claude-haiku-* → local/small",
      "big → api.openai.com/big",
      "small → api.openai.com/small",
      "*haiku* → api.openai.com/small",
      "* → api.openai.com/big",
    ],
    notices: [],
  });
});

Deno.test("parseConfig() takes one of the two models beside a file's rows", () => {
  const { SMALL_MODEL_NAME: _, ...environment } = NAMES;
  const file = { upstreams: { local: LOCAL }, models: [HAIKU] };
  deepEqual(merged(environment, file).models, [
    "claude-haiku-* → local/small",
    "big → api.openai.com/big",
    "* → api.openai.com/big",
  ]);
});

Deno.test("parseConfig() lets the file win, and says what has no effect", () => {
  const environment = { ...NAMES, OPENAI_BASE_URL: "https://example.com/v1" };
  const why =
    "has no effect: the configuration file has a row for every model name";
  deepEqual(
    merged(environment, { upstreams: { local: LOCAL }, models: [REST] }),
    {
      upstreams: ["local http://127.0.0.1:8000/v1"],
      models: ["* → local/big"],
      notices: [
        `BIG_MODEL_NAME ${why}`,
        `SMALL_MODEL_NAME ${why}`,
        `OPENAI_BASE_URL ${why}`,
      ],
    },
  );
});

Deno.test("parseConfig() says that an upstream without models has no effect", () => {
  const environment = { OPENAI_BASE_URL: "https://example.com/v1" };
  const file = { upstreams: { local: LOCAL }, models: [HAIKU] };
  deepEqual(merged(environment, file).notices, [
    "OPENAI_BASE_URL has no effect: neither BIG_MODEL_NAME nor SMALL_MODEL_NAME asks for that upstream",
  ]);
});

Deno.test("parseConfig() takes an upstream that both name from the file", () => {
  const environment = { ...NAMES, UPSTREAM_DIALECT: "vllm" };
  const upstreams = {
    "api.openai.com": { url: "https://api.openai.com/v2", keys: ["k"] },
  };
  deepEqual(merged(environment, { upstreams }), {
    upstreams: ["api.openai.com https://api.openai.com/v2"],
    models: [
      "big → api.openai.com/big",
      "small → api.openai.com/small",
      "*haiku* → api.openai.com/small",
      "* → api.openai.com/big",
    ],
    notices: [
      'UPSTREAM_DIALECT has no effect: the configuration file has an upstream "api.openai.com" of its own',
    ],
  });
});

Deno.test("parseConfig() wants models from the one or the other", () => {
  const { problems } = merged({}, { upstreams: { local: LOCAL } });
  deepEqual(problems?.map((problem) => problem.split(":")[0]), [
    "BIG_MODEL_NAME",
    "SMALL_MODEL_NAME",
    "OPENAI_API_KEY",
  ]);
});

Deno.test("parseConfig() reports environment and file at once, and no guesses", () => {
  const { problems } = merged({ PORT: "x" }, { upstreams: { local: {} } });
  deepEqual(problems?.map((problem) => problem.split(": expected")[0]), [
    "PORT",
    "c.json: upstreams.local.url",
  ]);
});

Deno.test("parseConfig() restricts the file's upstreams, too", () => {
  const environment = {
    RESTRICT_BASE_URL: "yes",
    OPENAI_BASE_URL: "http://unused.example/v1", // nobody uses it
  };
  const far = (url: string) => ({ url, keys: [] });
  const upstreams = {
    local: LOCAL,
    maker: far("https://api.deepseek.com"),
    plain: far("http://api.openai.com/v1"),
    other: far("https://example.com/v1"),
  };
  deepEqual(merged(environment, { upstreams, models: [REST] }).problems, [
    "upstreams.plain.url: expected https with RESTRICT_BASE_URL, got http",
    'upstreams.other.url: expected a host in ALLOWED_BASE_URL_HOSTS, got "example.com"',
  ]);
});

Deno.test("parseConfig() reads variables for the file's keys", () => {
  const text = JSON.stringify({
    upstreams: { far: { url: "https://example.com/v1", keys: ["env:TEAM"] } },
    models: [{ match: "*", to: ["far/m"] }],
  });
  const { upstreams } = parseConfig({}, {
    file: { path: "c.json", text },
    readVariable: (name) => name === "TEAM" ? "team-key" : undefined,
  });
  equal(upstreams[0]?.keys[0]?.reveal(), "team-key");
});
