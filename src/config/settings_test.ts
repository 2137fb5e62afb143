import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import { ConfigError } from "./config.ts";
import {
  createVariableReader,
  readSettings,
  settingsOf as againOf,
} from "./settings.ts";

const FILE = JSON.stringify({
  upstreams: { far: { url: "https://example.com/v1", keys: ["env:TEAM"] } },
  models: [{ match: "*", to: ["far/m"] }],
});

/** Settings from these variables and files. */
function settingsOf(
  variables: Record<string, string>,
  files: Record<string, string>,
) {
  return readSettings({
    getVariable: (name) => variables[name],
    readFile: (path) => files[path] ?? null,
  }).config;
}

Deno.test("readSettings() reads environment, .env and ccproxy.json", () => {
  const { upstreams, port } = settingsOf({ TEAM: "key" }, {
    ".env": "PORT=4711\nTEAM=other\n",
    "ccproxy.json": FILE,
  });
  equal(upstreams[0]?.keys[0]?.reveal(), "key");
  equal(port, 4711);
});

Deno.test("settingsOf() comes to the same settings from a copy of the sources", () => {
  const { config, sources } = readSettings({
    getVariable: (name) => ({ TEAM: "key", PORT: "4711" })[name],
    readFile: (path) => path === "ccproxy.json" ? FILE : null,
  });
  const again = againOf(structuredClone(sources));
  deepEqual(again, config);
  equal(again.upstreams[0]?.keys[0]?.reveal(), "key");
});

Deno.test("readSettings() needs no file", () => {
  const { upstreams } = settingsOf({
    OPENAI_API_KEY: "k",
    BIG_MODEL_NAME: "b",
    SMALL_MODEL_NAME: "s",
  }, {});
  deepEqual(upstreams.map(({ name }) => name), ["api.openai.com"]);
});

Deno.test("readSettings() takes another file, which has to be there", () => {
  const files = { "a/b.json": FILE };
  const { upstreams } = settingsOf(
    { CCPROXY_CONFIG: "a/b.json", TEAM: "key" },
    files,
  );
  equal(upstreams.length, 1);
  throws(() => settingsOf({ CCPROXY_CONFIG: "c.json" }, files), {
    message:
      'CCPROXY_CONFIG: expected a file that can be read, got "c.json": it is not there',
  });
});

Deno.test("readSettings() says why a file cannot be read", () => {
  const readFile = (path: string) => {
    if (path === ".env") return null;
    throw new Error("Is a directory");
  };
  throws(() => readSettings({ getVariable: () => undefined, readFile }), {
    message:
      'CCPROXY_CONFIG: expected a file that can be read, got "ccproxy.json": Is a directory',
  });
});

Deno.test("createVariableReader() takes blank variables for ones that are not set", () => {
  const read = createVariableReader({
    getVariable: (name) => name === "A" ? " " : undefined,
    readFile: () => "B=' x '\n",
  });
  deepEqual([read("A"), read("B"), read("C")], [undefined, "x", undefined]);
});

const USABLE = {
  OPENAI_API_KEY: "k",
  BIG_MODEL_NAME: "b",
  SMALL_MODEL_NAME: "s",
};

Deno.test("readSettings() notices what is probably wrong in .env", () => {
  const odd = { ".env": "LOG_LEVLE=DEBUG\n" };
  const notice =
    ".env, line 1: LOG_LEVLE is no setting; did you mean LOG_LEVEL?";
  deepEqual(settingsOf(USABLE, odd).notices, [notice]);
  deepEqual(settingsOf({ ...USABLE, LOG_LEVEL: "INFO" }, odd).notices, []);
  throws(
    () => settingsOf({}, odd),
    (error) => error instanceof ConfigError && error.problems.includes(notice),
  );
});

Deno.test("readSettings() says why it cannot read .env", () => {
  const readFile = () => {
    throw new Error("Is a directory");
  };
  throws(() => readSettings({ getVariable: () => undefined, readFile }), {
    message: ".env: expected a file that can be read: Is a directory",
  });
});
