/**
 * What the program keeps beyond its own end, and that it needs none of it.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { openaiError, refusal } from "../src/demo/replies.ts";
import { serveDemoUpstream, type ServedUpstream } from "../src/demo/serve.ts";
import { startProxyProcess } from "./e2e/proxy_process.ts";
import { postMessages } from "./support.ts";

/** An upstream whose models accept no temperature, and say so. */
function serveStubbornUpstream(): ServedUpstream {
  return serveDemoUpstream({
    script: ({ body }) =>
      "temperature" in body
        ? refusal(
          400,
          openaiError(
            "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
          ),
        )
        : undefined,
  });
}

/** Starts the program, asks once and ends it. */
async function askOnce(
  served: ServedUpstream,
  folder: string,
): Promise<{ status: number; asked: number; logged: string[] }> {
  const before = served.upstream.exchanges.length;
  await using proxy = await startProxyProcess({
    environment: {
      OPENAI_BASE_URL: served.baseUrl,
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
      CCPROXY_DATA_DIR: folder,
    },
    signal: AbortSignal.timeout(60_000),
  });
  const response = await postMessages(proxy, { temperature: 0.2 });
  await response.body?.cancel();
  const asked = served.upstream.exchanges.length - before;
  return { status: response.status, asked, logged: proxy.logged };
}

Deno.test("the program knows after a restart what it has learned", async () => {
  const home = await Deno.makeTempDir();
  const folder = `${home}/new/ccproxy`;
  await using served = serveStubbornUpstream();
  deepEqual(await asked(), [200, 2]); // refused, and resent without
  deepEqual(await asked(), [200, 1]);
  if (Deno.build.os !== "windows") {
    const { mode } = await Deno.stat(folder);
    equal((mode ?? 0) & 0o777, 0o700, "answers are for their owner alone");
  }
  await Deno.remove(home, { recursive: true });

  async function asked() {
    const { status, asked } = await askOnce(served, folder);
    return [status, asked];
  }
});

for (
  const [what, spoil] of Object.entries({
    "is no database": (folder: string) =>
      Deno.writeTextFile(`${folder}/store.kv`, "no database ".repeat(1_000)),
    "cannot be made": (folder: string) => Deno.mkdir(`${folder}/store.kv`),
  })
) {
  Deno.test(`the program serves without a store that ${what}, and says so once`, async () => {
    const folder = await Deno.makeTempDir();
    await spoil(folder);
    await using served = serveStubbornUpstream();
    const { status, asked, logged } = await askOnce(served, folder);
    deepEqual([status, asked], [200, 2]);
    const warnings = logged.filter((line) => line.includes('"WARN"'));
    equal(warnings.length, 1, logged.join("\n"));
    match(warnings[0] ?? "", /store out of order/);
    await Deno.remove(folder, { recursive: true });
  });
}
