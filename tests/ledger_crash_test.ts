import { ok, strictEqual as equal } from "node:assert";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import { startProxyProcess } from "./e2e/proxy_process.ts";
import { postMessages } from "./support.ts";

/** What a process may lose that has no time to write it, in milliseconds. */
const LOST_MS = 1_000;

/** How long requests are sent, in milliseconds. */
const SENDING_MS = 2_500;

/** Sends requests, ends the program and asks the next one what it knows. */
async function endWith(signal: Deno.Signal) {
  const folder = await Deno.makeTempDir();
  await using served = serveDemoUpstream();
  const environment = {
    OPENAI_BASE_URL: served.baseUrl,
    BIG_MODEL_NAME: "gpt-5",
    SMALL_MODEL_NAME: "gpt-5-mini",
    CCPROXY_DATA_DIR: folder,
  };
  const start = () =>
    startProxyProcess({ environment, signal: AbortSignal.timeout(120_000) });
  const answeredAt: number[] = [];
  let killedAt;
  {
    await using proxy = await start();
    const untilMs = Date.now() + SENDING_MS;
    while (Date.now() < untilMs) {
      await (await postMessages(proxy, { stream: true })).text();
      answeredAt.push(Date.now());
    }
    killedAt = Date.now();
    proxy.kill(signal);
    await proxy.status;
  }
  await using proxy = await start();
  const { total } = await (await fetch(`${proxy.url}/v1/usage`)).json();
  await Deno.remove(folder, { recursive: true });
  const safe = answeredAt.filter((at) => at < killedAt - LOST_MS).length;
  return { counted: Number(total.requests), sent: answeredAt.length, safe };
}

Deno.test("the ledger loses a second at most when the program is killed", async () => {
  const { counted, sent, safe } = await endWith("SIGKILL");
  ok(
    safe > 0 && counted >= safe && counted <= sent,
    `${safe} ${counted} ${sent}`,
  );
});

Deno.test({
  name: "the ledger loses nothing when the program is told to end",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { counted, sent } = await endWith("SIGTERM");
    equal(counted, sent);
  },
});
