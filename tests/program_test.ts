/**
 * How the program starts, and how it reports mistakes.
 *
 * @module
 */
import { match, strictEqual as equal } from "node:assert";
import { fileURLToPath } from "node:url";
import denoJson from "../deno.json" with { type: "json" };
import { VARIABLES } from "../src/config/variables.ts";

const ROOT = new URL("../", import.meta.url);
const MAIN = new URL("main.ts", ROOT).pathname;
const decoder = new TextDecoder();

/** Blank counts as not set, and overrides the shell and `.env`. */
const UNSET = Object.fromEntries(
  Object.keys(VARIABLES).map((name) => [name, ""]),
);

/** Arguments of `deno` for the task `start`. */
function startArguments(): string[] {
  return denoJson.tasks.start.command.split(" ").slice(1);
}

/** Runs the task `start`'s command with only these variables set. */
function start(env: Record<string, string>, ...args: string[]) {
  return run(env, { args });
}

async function run(
  env: Record<string, string>,
  { args, cwd }: { args: string[]; cwd?: string },
) {
  const [, ...command] = denoJson.tasks.start.command.split(" ")
    .map((word) => word === "main.ts" ? MAIN : word);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...command, ...args],
    cwd: cwd ?? ROOT,
    env: { ...UNSET, ...env },
  }).output();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** An environment that leaves all settings to the file. */
function withoutOurs(env: Record<string, string>): Record<string, string> {
  const ours = [...Object.keys(VARIABLES), "DENO_CERT"];
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !ours.includes(name)),
  );
}

const LOCAL = {
  OPENAI_BASE_URL: "http://me:secret@127.0.0.1:9/v1",
  BIG_MODEL_NAME: "big",
  SMALL_MODEL_NAME: "small",
  CCPROXY_DATA_DIR: ":memory:",
};

Deno.test("the program says that its port is taken and exits with 69", async () => {
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const PORT = String(other.addr.port);
  const { code, err } = await start({ ...LOCAL, PORT });
  equal(code, 69);
  match(err, new RegExp(`cannot listen on 127.0.0.1:${PORT}: another program`));
  equal(err.includes("secret"), false);
});

Deno.test("the program lists all that is missing and exits with 78", async () => {
  const { code, err } = await start({ PORT: "none" });
  equal(code, 78);
  for (const name of ["OPENAI_API_KEY", "BIG_MODEL_NAME", "PORT"]) {
    match(err, new RegExp(`${name}: expected`));
  }
});

Deno.test("the program says that it cannot read its file of certificates and exits with 78", async () => {
  const NODE_EXTRA_CA_CERTS = "not/there.pem";
  const { code, err } = await start({ ...LOCAL, NODE_EXTRA_CA_CERTS });
  equal(code, 78);
  match(err, /NODE_EXTRA_CA_CERTS: expected a file of certificates: .+/);
});

Deno.test("the program hands what stands in .env to Deno, too", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const settings = { ...LOCAL, NODE_EXTRA_CA_CERTS: "not/there.pem" };
    const lines = Object.entries(settings).map((pair) => pair.join("="));
    await Deno.writeTextFile(`${folder}/.env`, lines.join("\n"));
    const main = fileURLToPath(new URL("main.ts", ROOT));
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...startArguments().slice(0, -1), main],
      cwd: folder,
      env: withoutOurs(Deno.env.toObject()),
      clearEnv: true,
    }).output();
    match(decoder.decode(stderr), /NODE_EXTRA_CA_CERTS: expected a file/);
    equal(code, 78);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the program answers an unknown command with where its help is, and 64", async () => {
  const { code, err } = await start({}, "frobnicate");
  equal(code, 64);
  match(
    err,
    /^ccproxy: Unknown command "frobnicate"\n`ccproxy --help` lists .+\n$/,
  );
});

Deno.test("the program tells its version and its help", async () => {
  match((await start({}, "--version")).out, /^ccproxy \d+\.\d+\.\d+\n$/);
  match((await start({}, "--help")).out, /ccproxy demo[^]*BIG_MODEL_NAME/);
});

Deno.test("the program guesses what a mistyped command was to be", async () => {
  const { code, err } = await start({}, "modles");
  equal(code, 64);
  match(err, /^ccproxy: Unknown command "modles"; did you mean "models"\?\n/);
});

Deno.test("the program tells a first run what is missing in three lines, with 78", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    const { code, err } = await run({}, { args: [], cwd });
    equal(code, 78);
    match(err, /^.+BIG_MODEL_NAME.+\n.+\n.*`ccproxy demo`.*\n$/);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("the program shows where model names go, for people and for programs", async () => {
  const all = await start(LOCAL, "models");
  equal(all.code, 0, all.err);
  match(all.out, /^\*haiku\* +127.0.0.1\/small +chat/m);
  equal(all.out.includes("secret"), false);

  const one = await start(LOCAL, "models", "claude-haiku-4-5", "--json");
  const facts: { model: string }[] = JSON.parse(one.out);
  equal(facts.map(({ model }) => model).join(), "small");
});

const FILE = `{
  // keys of the team
  "upstreams": {
    "far": { "url": "https://example.com/v1", "keys": ["env:TEAM_KEY"] },
    "near": { "url": "http://127.0.0.1:9/v1" }
  },
  "models": [{ "match": "*", "to": ["far/large", "near/spare"] }]
}`;

Deno.test("the program checks ccproxy.json, wherever it is", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    const check = (env: Record<string, string>) =>
      run(env, { args: ["config", "check"], cwd });
    await Deno.writeTextFile(`${cwd}/ccproxy.json`, FILE);
    const good = await check({ TEAM_KEY: "sesame" });
    equal(good.code, 0, good.err);
    match(good.out, /far: https:\/\/example.com\/v1, speaks .*1 key\n/);
    match(good.out, /\* → far\/large, near\/spare/);
    equal(good.out.includes("sesame"), false);

    const bad = await check({ PORT: "none" });
    equal(bad.code, 78);
    match(bad.err, /PORT: expected/);
    match(
      bad.err,
      /ccproxy.json: upstreams.far.keys\[0\]: expected .* TEAM_KEY, it is not set/,
    );

    await Deno.writeTextFile(`${cwd}/.env`, "TEAM_KEY=of-the-file\n");
    equal((await check({})).code, 0);

    await Deno.rename(`${cwd}/ccproxy.json`, `${cwd}/mine.json`);
    equal((await check({ CCPROXY_CONFIG: "mine.json" })).code, 0);
    const gone = await check({ CCPROXY_CONFIG: "ccproxy.json" });
    equal(gone.code, 78);
    match(gone.err, /CCPROXY_CONFIG: expected a file .* "ccproxy.json"/);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("the program prints the schema of ccproxy.json, and how to use it", async () => {
  const { code, out } = await start({}, "config", "schema");
  equal(code, 0);
  equal(JSON.parse(out).type, "object");
  match((await start({}, "config", "--help")).out, /ccproxy config check/);
});
