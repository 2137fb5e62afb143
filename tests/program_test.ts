/**
 * The program as it is started: what it says to mistakes.
 *
 * @module
 */
import { match, strictEqual as equal } from "node:assert";
import denoJson from "../deno.json" with { type: "json" };
import { VARIABLES } from "../src/variables.ts";

const ROOT = new URL("../", import.meta.url);
const decoder = new TextDecoder();

/** Blank counts as not set, and hides what shell and `.env` set. */
const UNSET = Object.fromEntries(
  Object.keys(VARIABLES).map((name) => [name, ""]),
);

/** Runs the task `start`'s command with nothing but these variables set. */
async function start(env: Record<string, string>, ...args: string[]) {
  const [, ...command] = denoJson.tasks.start.command.split(" ");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...command, ...args],
    cwd: ROOT,
    env: { ...UNSET, ...env },
  }).output();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
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

Deno.test("the program answers an unknown command with its help and 64", async () => {
  const { code, err } = await start({}, "frobnicate");
  equal(code, 64);
  match(err, /Unknown command "frobnicate"[^]*Usage:/);
});

Deno.test("the program tells its version and its help", async () => {
  match((await start({}, "--version")).out, /^ccproxy \d+\.\d+\.\d+\n$/);
  match((await start({}, "--help")).out, /ccproxy demo[^]*BIG_MODEL_NAME/);
});
