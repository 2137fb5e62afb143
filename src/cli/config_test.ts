import { match, strictEqual as equal } from "node:assert";
import { parseConfig } from "../config/config.ts";
import type { Environment } from "../config/variables.ts";
import { describeConfig } from "./config.ts";

Deno.test("describeConfig() shows settings as they are understood, without keys", () => {
  const file = {
    upstreams: {
      openai: { url: "https://me:pass@api.openai.com/v1", keys: ["sesame"] },
      local: { url: "http://127.0.0.1:8000/v1", api: "anthropic" },
    },
    models: [
      { match: "claude-haiku-*", to: ["local/qwen3", "openai/gpt-5-mini"] },
      {
        match: "*",
        to: ["openai/gpt-5.6"],
        whenInputTokensOver: { "1000": "local/long" },
      },
    ],
  };
  const config = parseConfig({ BIG_MODEL_NAME: "big", UPSTREAM_API: "chat" }, {
    file: { path: "c.json", text: JSON.stringify(file) },
  });
  const api = config.upstreams[0]?.api;
  equal(
    describeConfig(config),
    `These settings can be used.

Listens on 127.0.0.1:11434, for all clients on this machine
Logs INFO and up to standard error
Keeps its store in the platform's folder for data

Upstreams:
  openai: https://***@api.openai.com/v1, speaks ${api} (openai), 1 key
  local: http://127.0.0.1:8000/v1, speaks anthropic (plain), 0 keys

Models, the first match wins:
  claude-haiku-* → local/qwen3, openai/gpt-5-mini
  * → openai/gpt-5.6; over 1000 tokens local/long

BIG_MODEL_NAME has no effect: the configuration file has a row for every model name
UPSTREAM_API has no effect: the configuration file has a row for every model name
`,
  );
});

Deno.test("describeConfig() says who may ask, and where things are written", () => {
  const check = (environment: Environment) =>
    describeConfig(parseConfig({
      OPENAI_API_KEY: "sesame",
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
      ...environment,
    }));
  match(check({ HOST: "0.0.0.0", ALLOW_OPEN: "yes" }), /for everybody who/);
  match(check({ CCPROXY_API_KEY: "a,b" }), /for clients with 2 keys/);
  match(
    check({ LOG_FILE: "/x.log", LOG_BODIES: "1" }),
    /standard error and \/x\.log, with bodies/,
  );
  match(check({ CCPROXY_DATA_DIR: ":memory:" }), /store in memory/);
  const OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = "http://traces:4318/in?key=s3cret";
  const told = check({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT });
  match(told, /^Sends traces to traces:4318$/m);
  equal(told.includes("s3cret"), false);
});
