import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { parseConfigFile } from "./config_file.ts";
import { configJsonSchema } from "./config_schema.ts";
import { VARIABLES } from "./variables.ts";

const VARIABLE_VALUES: Record<string, string> = {
  OPENAI_API_KEY: "sk-openai-key",
  BROKEN_KEY: "two words",
  SEVERAL: "one, two,one,",
};

function parse(file: unknown) {
  const text = typeof file === "string" ? file : JSON.stringify(file);
  return parseConfigFile(
    { path: "c.json", text },
    (name) => VARIABLE_VALUES[name],
  );
}

const OPENAI = {
  url: "https://api.openai.com/v1",
  keys: ["env:OPENAI_API_KEY"],
};
const LOCAL = { url: "http://127.0.0.1:8000/v1", dialect: "vllm" };

/** The example in the README and in `ccproxy config --help`. */
const EXAMPLE = `{
  "$schema": "./ccproxy.schema.json",
  "upstreams": {
    "openai": { "url": "https://api.openai.com/v1/", "keys": ["env:OPENAI_API_KEY", "literal"] },
    /* on this machine */
    "local": { "url": "http://127.0.0.1:8000/v1", "dialect": "vllm", "api": "anthropic" },
  },
  "models": [ // first match wins
    { "match": "claude-haiku-*", "to": ["local/qwen3-coder", "openai/gpt-5-mini"] },
    { "match": "*", "to": ["openai/gpt-5.6"],
      "whenInputTokensOver": { "1000": "local/a/b", "200000": ["openai/c"] } }
  ]
}`;

Deno.test("parseConfigFile() reads upstreams, keys and rows, with comments", () => {
  const { upstreams, rows, problems } = parse(EXAMPLE);
  deepEqual(problems, []);
  deepEqual(
    upstreams.map(({ name, url, api, dialect, keys }) => [
      name,
      url,
      api,
      dialect.name,
      keys.map((key) => key.reveal()),
    ]),
    [
      [
        "openai",
        "https://api.openai.com/v1",
        VARIABLES.UPSTREAM_API.default,
        "openai",
        ["sk-openai-key", "literal"],
      ],
      ["local", "http://127.0.0.1:8000/v1", "anthropic", "vllm", []],
    ],
  );
  deepEqual(rows, [
    {
      match: "claude-haiku-*",
      to: [
        { upstream: "local", model: "qwen3-coder" },
        { upstream: "openai", model: "gpt-5-mini" },
      ],
      longer: [],
    },
    {
      match: "*",
      to: [{ upstream: "openai", model: "gpt-5.6" }],
      longer: [
        { overTokens: 200_000, to: [{ upstream: "openai", model: "c" }] },
        { overTokens: 1_000, to: [{ upstream: "local", model: "a/b" }] },
      ],
    },
  ]);
});

Deno.test("parseConfigFile() takes several keys from a variable, each once", () => {
  const keys = ["env:SEVERAL", "two", "three"];
  const { upstreams } = parse({ upstreams: { openai: { ...OPENAI, keys } } });
  deepEqual(
    upstreams[0]?.keys.map((key) => key.reveal()),
    ["one", "two", "three"],
  );
});

Deno.test("parseConfigFile() takes limits of an upstream", () => {
  const limits = { concurrency: 4, queue: { length: 10 } };
  const { upstreams, problems } = parse({
    upstreams: { local: { ...LOCAL, limits } },
  });
  deepEqual(problems, []);
  deepEqual(upstreams[0]?.limits, limits);
});

Deno.test("parseConfigFile() takes an empty file object for nothing", () => {
  deepEqual(parse({}), { upstreams: [], rows: [], problems: [] });
});

const TO = { match: "*", to: ["openai/m"] };

const BAD: Record<
  string,
  [file: unknown, problems: (string | RegExp)[]]
> = {
  "text that is no JSON": [
    '{\n  "upstreams": nope }',
    ["line 2, column 16: expected JSON, invalid symbol"],
  ],
  "an empty file": ["", ["line 1, column 1: expected JSON, value expected"]],
  "a list": [
    [],
    ["expected an object of $schema, upstreams, models, got a list"],
  ],
  "an unknown setting": [
    { modles: [] },
    ["expected only $schema, upstreams, models, got modles"],
  ],
  "an unknown setting of an upstream": [
    { upstreams: { local: { ...LOCAL, key: "x" } } },
    ["upstreams.local: expected only url, keys, api, dialect, limits, got key"],
  ],
  "an upstream without a URL": [
    { upstreams: { local: {} } },
    [
      "upstreams.local.url: expected a URL, e.g. http://127.0.0.1:8000/v1, it is missing",
    ],
  ],
  "a URL that is none": [
    { upstreams: { local: { url: "localhost:8000" } } },
    [
      'upstreams.local.url: expected a URL, e.g. http://127.0.0.1:8000/v1, got "localhost:8000"',
    ],
  ],
  "an API there is not": [
    { upstreams: { local: { ...LOCAL, api: "grpc" } } },
    [/^upstreams\.local\.api: expected one of auto, .*got "grpc"$/],
  ],
  "a dialect there is not": [
    { upstreams: { local: { ...LOCAL, dialect: "klingon" } } },
    [/^upstreams\.local\.dialect: expected one of openai, .*got "klingon"$/],
  ],
  "limits that are none": [
    {
      upstreams: {
        a: { ...LOCAL, limits: { concurrency: 0, perHour: 1 } },
        b: { ...LOCAL, limits: 5 },
        c: { ...LOCAL, limits: { queue: 1 } },
      },
    },
    [
      "upstreams.a.limits.concurrency: expected a whole number above 0, got 0",
      "upstreams.a.limits: expected only concurrency, requestsPerMinute, tokensPerMinute, queue, got perHour",
      "upstreams.b.limits: expected an object of concurrency, requestsPerMinute, tokensPerMinute, queue, got 5",
      "upstreams.c.limits.queue: expected an object of length, seconds, got 1",
    ],
  ],
  "an upstream's name with a slash": [
    { upstreams: { "a/b": LOCAL } },
    [
      'upstreams.a/b: expected a name of letters, digits, dots and dashes, got "a/b"',
    ],
  ],
  "a server elsewhere without keys": [
    { upstreams: { far: { url: "https://example.com/v1" } } },
    [
      "upstreams.far.keys: expected keys for example.com, or [] if it asks for none, it is missing",
    ],
  ],
  "a key in a variable that is not set": [
    { upstreams: { openai: { ...OPENAI, keys: ["env:NOT_SET"] } } },
    [
      "upstreams.openai.keys[0]: expected a key without spaces in the environment variable NOT_SET, it is not set",
    ],
  ],
  "a variable that holds no key": [
    { upstreams: { openai: { ...OPENAI, keys: ["env:BROKEN_KEY"] } } },
    [
      "upstreams.openai.keys[0]: expected a key without spaces in the environment variable BROKEN_KEY, got something else",
    ],
  ],
  "a key with spaces": [
    { upstreams: { openai: { ...OPENAI, keys: ["k", "a key"] } } },
    [
      "upstreams.openai.keys[1]: expected a key without spaces, got something else",
    ],
  ],
  "a key that is no list": [
    { upstreams: { openai: { ...OPENAI, keys: "sesame" } } },
    ["upstreams.openai.keys: expected a list of keys, got something else"],
  ],
  "a target without an upstream": [
    { upstreams: { openai: OPENAI }, models: [{ match: "*", to: ["gpt-5"] }] },
    [
      'models[0].to[0]: expected a target, "upstream/model", got "gpt-5"',
    ],
  ],
  "a target at an unknown upstream": [
    {
      upstreams: { openai: OPENAI, local: LOCAL },
      models: [{ match: "*", to: ["openai/a", "opneai/b"] }],
    },
    [
      'models[0].to[1]: expected a target at one of the upstreams (openai, local), got "opneai/b"',
    ],
  ],
  "a row without targets": [
    { upstreams: { openai: OPENAI }, models: [{ match: "a", to: [] }] },
    ["models[0].to: expected at least one target, got a list"],
  ],
  "a row without a name": [
    { upstreams: { openai: OPENAI }, models: [{ to: ["openai/a"] }] },
    ["models[0].match: expected a model name, it is missing"],
  ],
  "a row that is never reached": [
    { upstreams: { openai: OPENAI }, models: [TO, { ...TO, match: "a" }] },
    [
      "models[1]: expected no row after models[0], which matches every name, got one",
    ],
  ],
  "a length that is no number": [
    {
      upstreams: { openai: OPENAI },
      models: [{ ...TO, whenInputTokensOver: { "200k": "openai/b" } }],
    },
    [
      'models[0].whenInputTokensOver.200k: expected a number of tokens, got "200k"',
    ],
  ],
};

for (const [what, [file, expected]] of Object.entries(BAD)) {
  Deno.test(`parseConfigFile() says what is wrong with ${what}`, () => {
    const { upstreams, rows, problems } = parse(file);
    deepEqual([upstreams, rows], [[], []]);
    equal(problems.length, expected.length, problems.join("\n"));
    problems.forEach((problem, i) => {
      const wanted = expected[i];
      const bare = problem.replace(/^c\.json: /, "");
      ok(
        wanted instanceof RegExp ? wanted.test(bare) : bare === wanted,
        problem,
      );
    });
  });
}

Deno.test("parseConfigFile() reports everything at once", () => {
  const { problems } = parse({
    upstreams: { local: { url: "x", api: "y", dialect: "z", keys: [""] } },
    models: [{ match: "", to: ["nobody/m"] }, 7],
    more: true,
  });
  deepEqual(problems.map((problem) => problem.split(" expected ")[0]), [
    "c.json: upstreams.local.url:",
    "c.json: upstreams.local.keys[0]:",
    "c.json: upstreams.local.api:",
    "c.json: upstreams.local.dialect:",
    "c.json: models[0].match:",
    "c.json: models[0].to[0]:",
    "c.json: models[1]:",
    "c.json:",
  ]);
});

const secret = fc.stringMatching(/^[a-z0-9]{8,16}$/)
  .map((letters) => `SECRET${letters}`);
const place = fc.constantFrom(
  (key: string) => ({ url: "bad", keys: [`${key} x`] }),
  (key: string) => ({ url: "bad", keys: key }),
  (key: string) => ({ url: "bad", keys: [[key]] }),
  (key: string) => ({ url: "bad", keys: { [key]: key } }),
  (key: string) => ({ url: "bad", key }),
  (key: string) => key,
  (key: string) => [key],
);

Deno.test("parseConfigFile() never shows a key", () => {
  fc.assert(fc.property(secret, place, (key, toUpstream) => {
    const { problems } = parse({ upstreams: { openai: toUpstream(key) } });
    ok(problems.length > 0);
    equal(problems.join().includes(key), false, problems.join("\n"));
  }));
  const cut = `{"upstreams": {"openai": {"keys": ["SECRET`;
  equal(parse(cut).problems.join().includes("SECRET"), false);
});

Deno.test("parseConfigFile() bears any JSON", () => {
  fc.assert(fc.property(fc.json(), (text) => {
    ok(Array.isArray(parse(text).problems));
  }));
});

Deno.test("configJsonSchema() tells editors all settings", () => {
  const schema = JSON.parse(JSON.stringify(configJsonSchema()));
  deepEqual(Object.keys(schema.properties), ["$schema", "upstreams", "models"]);
  const upstream = schema.properties.upstreams.additionalProperties;
  deepEqual(Object.keys(upstream.properties), [
    "url",
    "keys",
    "api",
    "dialect",
    "limits",
  ]);
  deepEqual(upstream.required, ["url"]);
  equal(upstream.additionalProperties, false);
  deepEqual(schema.properties.models.items.required, ["match", "to"]);
});
