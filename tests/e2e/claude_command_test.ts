/**
 * `ccproxy claude`: the real Claude Code on a proxy that lives as long as it
 * does.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import denoJson from "../../deno.json" with { type: "json" };
import { serveDemoUpstream } from "../../src/demo/serve.ts";
import { setDeadline } from "./deadline.ts";
import { installClaudeCode } from "./install.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const NOWHERE = "http://127.0.0.1:9";

Deno.test("ccproxy claude -p runs a command and answers, past a proxy of the user's", async () => {
  const program = await installClaudeCode();
  const { execPath, makeTempDir, env } = Deno;
  await using upstream = serveDemoUpstream();
  using deadline = setDeadline(60_000);
  const home = await makeTempDir({ prefix: "ccproxy-" });
  try {
    const [, ...command] = denoJson.tasks.claude.command.split(" ")
      .map((word) => word === "main.ts" ? MAIN : word);
    const { code, stdout, stderr } = await new Deno.Command(execPath(), {
      args: [...command, "-p", "run `echo hello`", "--allowedTools", "Bash"],
      cwd: home,
      clearEnv: true,
      env: {
        PATH: [dirname(program), env.get("PATH")].join(delimiter),
        HOME: home,
        TMPDIR: home,
        DENO_DIR: env.get("DENO_DIR") ?? `${env.get("HOME")}/.cache/deno`,
        DENO_NO_UPDATE_CHECK: "1",
        OPENAI_BASE_URL: upstream.baseUrl,
        BIG_MODEL_NAME: "gpt-4.1",
        SMALL_MODEL_NAME: "gpt-4o-mini",
        PORT: "0",
        CCPROXY_DATA_DIR: ":memory:",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
        HTTP_PROXY: NOWHERE,
        HTTPS_PROXY: NOWHERE,
      },
      stdin: "null",
      signal: deadline.signal,
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    );
    equal(code, 0, err);
    match(out ?? "", /hello/);
    const { exchanges } = upstream.upstream;
    deepEqual([...new Set(exchanges.map(({ body }) => body.model))], [
      "gpt-4.1",
    ]);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
