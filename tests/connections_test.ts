/**
 * The connections to upstreams: how many, for how long, and which way.
 *
 * @module
 */
import { ok, strictEqual as equal } from "node:assert";
import {
  serveHttp2,
  testAuthority,
  testCertificate,
} from "./http2_upstream.ts";
import { postMessages, readEvents, startProxy } from "./support.ts";

const OPTIONS = { timeout: 10_000 };

async function ask(proxy: { url: string }): Promise<void> {
  const events = await readEvents(await postMessages(proxy, { stream: true }));
  equal(events.at(-1)?.event, "message_stop");
}

Deno.test(
  "an upstream's limit of streams holds nobody up: there are more connections",
  OPTIONS,
  async () => {
    await using upstream = await serveHttp2({ maxStreams: 10 });
    await using proxy = startProxy({
      environment: { OPENAI_BASE_URL: upstream.baseUrl },
      caCerts: [testAuthority()],
      maxStreams: 10,
    });
    const asked = Array.from({ length: 35 }, () => ask(proxy));
    await upstream.waiting(35);
    equal(upstream.connections, 4);
    upstream.answer();
    await Promise.all(asked);
  },
);
