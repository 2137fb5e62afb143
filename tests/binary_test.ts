/**
 * The compiled program, started as users start it. Without a runtime to compile
 * with, the test is ignored.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import { rawStream } from "../src/demo/replies.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import { platformDataDir } from "../src/store/data_dir.ts";
import { compileCcproxy, isProvided, run } from "./compile.ts";
import { parseEvents, postMessages } from "./support.ts";

/** Without a PATH, Deno 2.7 finds no program it may run, and does not start. */
const PATH = { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" };

Deno.test({
  name: isProvided
    ? "the compiled program answers, counts, drains and says what is missing"
    : "the compiled program: no runtime to compile with beside the checkout",
  ignore: !isProvided,
  async fn(t) {
    const binary = await compileCcproxy();
    const home = await Deno.makeTempDir();
    const goOn = Promise.withResolvers<void>();
    await using upstream = serveDemoUpstream({
      script: ({ body }) =>
        body.stream ? rawStream(inTwoParts(goOn.promise)) : undefined,
    });
    const start = (env: Record<string, string>) =>
      new Deno.Command(binary, {
        cwd: home,
        env: { ...PATH, HOME: home, ...env },
        clearEnv: true,
        stdout: "null",
        stderr: "piped",
      });

    await t.step(
      "it lists every missing setting and exits with 78",
      async () => {
        const { code, stderr } = await start({}).output();
        const text = new TextDecoder().decode(stderr);
        equal(code, 78);
        for (
          const name of ["OPENAI_API_KEY", "BIG_MODEL_NAME", "SMALL_MODEL_NAME"]
        ) {
          match(text, new RegExp(name));
        }
      },
    );

    await t.step("it does what the program does as a process", async () => {
      const files = ["tests/process_test.ts", "tests/network_test.ts"];
      await run(Deno.execPath(), ["test", "-A", "--no-check", ...files], {
        CCPROXY_BINARY: binary,
      });
    });
    await t.step(
      "it reads a file anywhere and keys in any variable",
      async () => {
        const folder = await Deno.makeTempDir();
        const path = `${folder}/team.json`;
        const far = { url: "https://example.com/v1", keys: ["env:TEAM_KEY"] };
        const models = [{ match: "*", to: ["far/m"] }];
        const file = { upstreams: { far }, models };
        await Deno.writeTextFile(path, JSON.stringify(file));
        const { code } = await new Deno.Command(binary, {
          args: ["config", "check"],
          cwd: home,
          env: {
            ...PATH,
            HOME: home,
            TEAM_KEY: "sesame",
            CCPROXY_CONFIG: path,
          },
          clearEnv: true,
        }).output();
        equal(code, 0);
        await Deno.remove(folder, { recursive: true });
      },
    );

    const child = start({
      PORT: "0",
      OPENAI_BASE_URL: upstream.baseUrl,
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
    }).spawn();
    const log = readLines(child.stderr);
    try {
      const url = JSON.parse(await lineWith(log, "listening")).url;

      await t.step("it answers in an empty directory", async () => {
        const response = await postMessages({ url }, {});
        equal(response.status, 200);
        equal((await response.json()).stop_reason, "end_turn");
      });

      await t.step("it has its store where the platform wants it", async () => {
        const dir = platformDataDir({ os: Deno.build.os, HOME: home });
        equal((await Deno.stat(`${dir}/store.kv`)).isFile, true);
      });

      await t.step("its worker counts tokens exactly", async () => {
        const response = await fetch(`${url}/v1/messages/count_tokens`, {
          method: "POST",
          body: JSON.stringify({
            model: "claude-sonnet-5",
            messages: [{ role: "user", content: "a".repeat(20_000) }],
          }),
        });
        // Tokens of eight letters each, four for the message's frame and three
        // that open the answer.
        deepEqual(await response.json(), { input_tokens: 20_000 / 8 + 7 });
      });

      await t.step(
        "SIGTERM lets a running stream finish, then it exits with 0",
        async () => {
          const response = await postMessages({ url }, { stream: true });
          child.kill("SIGTERM");
          await lineWith(log, "draining");
          goOn.resolve();
          const events = parseEvents(await response.text());
          equal(events.at(-1)?.event, "message_stop");
          equal((await child.status).code, 0);
        },
      );
    } finally {
      goOn.resolve();
      await log.return();
      try {
        child.kill("SIGKILL");
      } catch {
        // It has exited, as it should.
      }
      await Deno.remove(home, { recursive: true });
    }
  },
});

async function* inTwoParts(goOn: Promise<void>): AsyncGenerator<string> {
  yield sse(textChunk("one "));
  await goOn;
  yield sse(textChunk("two"));
  yield `${sse(finishChunk("stop"))}data: [DONE]\n\n`;
}

function sse(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

async function* readLines(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void> {
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

async function lineWith(
  lines: AsyncGenerator<string, void>,
  text: string,
): Promise<string> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The log ended without "${text}"`);
    if (value.includes(text)) return value;
  }
}
