/**
 * `ccproxy claude` as a process, with a stand-in for Claude Code on the PATH.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import denoJson from "../deno.json" with { type: "json" };
import { modelVariables } from "../src/cli/claude.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import { type VariableName, VARIABLES } from "../src/config/variables.ts";
import { startProxy } from "./support.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const CLIENT = fileURLToPath(
  new URL("fixtures/claude_stand_in.ts", import.meta.url),
);
const decoder = new TextDecoder();

/** Blank counts as not set, and overrides the shell and `.env`. */
const UNSET = Object.fromEntries(
  [
    ...Object.keys(VARIABLES),
    "ANTHROPIC_MODEL",
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "CLAUDE_CODE_MAX_CONTEXT_TOKENS",
  ].map((name) => [name, ""]),
);

/** What the stand-in prints. */
const Report = z.object({
  args: z.array(z.string()),
  env: z.record(z.string(), z.string().optional()),
  status: z.number(),
  model: z.string(),
});

interface CommandOptions {
  environment: Partial<Record<VariableName, string>> & Record<string, string>;
  args?: string[];
  /** Whether Claude Code is installed. @default {true} */
  isInstalled?: boolean;
}

/** A folder to put first in PATH, in which `claude` is the stand-in. */
async function installStandIn() {
  const path = await Deno.makeTempDir();
  const script =
    `#!/bin/sh\nexec '${Deno.execPath()}' run -q -A '${CLIENT}' "$@"\n`;
  await Deno.writeTextFile(`${path}/claude`, script, { mode: 0o755 });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** The task `claude`'s command with only these variables set. */
function claudeCommand(
  { environment, args = [], isInstalled = true }: CommandOptions,
  folder: string,
): Deno.Command {
  const [, ...command] = denoJson.tasks.claude.command.split(" ")
    .map((word) => word === "main.ts" ? MAIN : word);
  return new Deno.Command(Deno.execPath(), {
    args: [...command, ...args],
    env: {
      ...UNSET,
      PATH: isInstalled ? `${folder}:${Deno.env.get("PATH")}` : "/nowhere",
      CCPROXY_DATA_DIR: ":memory:",
      ...environment,
    },
    stdout: "piped",
    stderr: "piped",
  });
}

async function runClaude(options: CommandOptions) {
  await using folder = await installStandIn();
  const command = claudeCommand(options, folder.path);
  const { code, stdout, stderr } = await command.output();
  const out = decoder.decode(stdout);
  return {
    code,
    err: decoder.decode(stderr),
    report: () => Report.parse(JSON.parse(out)),
  };
}

function settings(baseUrl: string) {
  return {
    OPENAI_BASE_URL: baseUrl,
    BIG_MODEL_NAME: "gpt-4.1",
    SMALL_MODEL_NAME: "gpt-4o-mini",
    PORT: "0",
  };
}

Deno.test("ccproxy claude starts a proxy, runs Claude Code on it, ends as it ends", async () => {
  await using upstream = serveDemoUpstream();
  const { code, err, report } = await runClaude({
    environment: { ...settings(upstream.baseUrl), ANTHROPIC_API_KEY: "mine" },
    args: ["-p", "hello", "--exit", "7"],
  });
  equal(code, 7, err);
  equal(err, "");
  const { args, env, status, model } = report();
  deepEqual(args, ["-p", "hello", "--exit", "7"]);
  deepEqual([status, model], [200, "claude-opus-5"]);
  equal(env.ANTHROPIC_API_KEY, "");
  equal(env.ANTHROPIC_AUTH_TOKEN, "ccproxy");
  equal(env.ANTHROPIC_DEFAULT_OPUS_MODEL, "anthropic/gpt-4.1");
  equal(env.ANTHROPIC_DEFAULT_HAIKU_MODEL, "anthropic/gpt-4o-mini");
  equal(env.CLAUDE_CODE_MAX_CONTEXT_TOKENS, "1047576");
  equal(upstream.upstream.exchanges.length, 1);
});

Deno.test("ccproxy claude uses a proxy that is there, with its key", async () => {
  await using proxy = startProxy({
    environment: { CCPROXY_API_KEY: "sesame" },
  });
  const { code, err, report } = await runClaude({
    environment: { PORT: new URL(proxy.url).port, CCPROXY_API_KEY: "sesame" },
  });
  equal(code, 0, err);
  const { env, status } = report();
  equal(status, 200);
  equal(env.ANTHROPIC_BASE_URL, proxy.url);
  equal(env.ANTHROPIC_DEFAULT_OPUS_MODEL, ""); // big-model's window is unknown
  equal(proxy.upstream.exchanges.length, 1);
});

Deno.test("ccproxy claude leaves a port alone that another program has", async () => {
  await using upstream = serveDemoUpstream();
  const { port } = new URL(upstream.baseUrl);
  const { code, err, report } = await runClaude({
    environment: { ...settings(upstream.baseUrl), PORT: port },
  });
  equal(code, 0, err);
  equal(report().status, 200);
});

Deno.test("ccproxy claude does not overrule the models its user has named", async () => {
  await using upstream = serveDemoUpstream();
  const { report } = await runClaude({
    environment: {
      ...settings(upstream.baseUrl),
      ANTHROPIC_DEFAULT_OPUS_MODEL: "claude-opus-4-5",
    },
  });
  const { env } = report();
  equal(env.ANTHROPIC_DEFAULT_OPUS_MODEL, "claude-opus-4-5");
  equal(env.CLAUDE_CODE_MAX_CONTEXT_TOKENS, "");
});

Deno.test("modelVariables() leaves Claude's names where others would lose a fallback", async () => {
  const upstreams = { up: { url: "http://127.0.0.1:9/v1" } };
  const variablesOf = async (to: string[]) => {
    const file = { upstreams, models: [{ match: "*", to }] };
    await using proxy = startProxy({ file });
    return await modelVariables({ url: proxy.url, fetch });
  };
  deepEqual(await variablesOf(["up/gpt-4.1", "up/gpt-4o"]), {});
  deepEqual(await variablesOf(["up/nobody-knows-it"]), {});
  const told = await variablesOf(["up/gpt-4o"]);
  equal(told.ANTHROPIC_DEFAULT_SONNET_MODEL, "anthropic/gpt-4o");
  equal(told.CLAUDE_CODE_MAX_CONTEXT_TOKENS, "128000");
});

Deno.test("ccproxy claude passes SIGTERM on, and ends as Claude Code does", async () => {
  await using upstream = serveDemoUpstream();
  await using folder = await installStandIn();
  const environment = settings(upstream.baseUrl);
  const command = { environment, args: ["--wait"] };
  const child = claudeCommand(command, folder.path).spawn();
  const reader = child.stdout.getReader();
  equal(decoder.decode((await reader.read()).value), "ready\n");
  child.kill("SIGTERM");
  const { code } = await child.status;
  equal(code, 9);
  await reader.cancel();
  await child.stderr.cancel();
});

Deno.test("ccproxy claude says how to install Claude Code, with 69", async () => {
  await using upstream = serveDemoUpstream();
  const { code, err } = await runClaude({
    environment: settings(upstream.baseUrl),
    isInstalled: false,
  });
  equal(code, 69, err);
  match(err, /no `claude` on your PATH\nInstall it with `npm install -g/);
});

Deno.test("ccproxy claude needs settings only where it starts a proxy", async () => {
  const { code, err } = await runClaude({ environment: { PORT: "0" } });
  equal(code, 78);
  match(err, /BIG_MODEL_NAME/);
});
