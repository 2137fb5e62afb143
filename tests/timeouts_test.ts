/**
 * Upstreams that take too long, in every possible way.
 *
 * @module
 */
import { match, strictEqual as equal } from "node:assert";
import { textChunk } from "../src/demo/chunks.ts";
import { chunks, rawStream, type Reply } from "../src/demo/replies.ts";
import type { Environment } from "../src/config/variables.ts";
import { postMessages, readEvents, startProxy } from "./support.ts";

const OPTIONS = { timeout: 10_000 };
const ONCE = { maxAttempts: 1, baseMs: 0, maxMs: 0 };

/** A timeout that expires. */
interface Case {
  environment: Environment;
  /** `undefined`: nothing, ever. */
  reply?: () => Reply;
  message: RegExp;
}

function* forEver<T>(piece: T): Generator<T> {
  for (;;) yield piece;
}

const WORD = `data: ${JSON.stringify(textChunk("word "))}\n\n`;

const CASES: Record<string, Case> = {
  "does not begin to answer": {
    environment: { UPSTREAM_FIRST_BYTE_TIMEOUT: "0.1" },
    message:
      /^Upstream 127.0.0.1 did not begin to answer in 0.1 s \(UPSTREAM_FIRST_BYTE_TIMEOUT\)$/,
  },
  "begins and says nothing": {
    environment: { UPSTREAM_IDLE_TIMEOUT: "0.1" },
    reply: () => chunks([], { end: "hang" }),
    message:
      /^Upstream 127.0.0.1 sent nothing for 0.1 s \(UPSTREAM_IDLE_TIMEOUT\)$/,
  },
  "falls silent": {
    environment: { UPSTREAM_IDLE_TIMEOUT: "0.1" },
    reply: () => chunks([textChunk("Once ")], { end: "hang" }),
    message: /\(UPSTREAM_IDLE_TIMEOUT\)$/,
  },
  "falls silent in a refusal": {
    environment: { UPSTREAM_IDLE_TIMEOUT: "0.1" },
    reply: () => rawStream(["{"], { status: 400, end: "hang" }),
    message: /\(UPSTREAM_IDLE_TIMEOUT\)$/,
  },
  "never ends": {
    environment: { UPSTREAM_TOTAL_TIMEOUT: "0.3" },
    reply: () => rawStream(forEver(WORD), { everyMs: 5 }),
    message:
      /^Upstream 127.0.0.1 did not finish its answer in 0.3 s \(UPSTREAM_TOTAL_TIMEOUT\)$/,
  },
  "waits longer than a whole answer may take": {
    environment: { UPSTREAM_TOTAL_TIMEOUT: "0.1" },
    message: /\(UPSTREAM_TOTAL_TIMEOUT\)$/,
  },
};

for (const [what, { environment, reply, message }] of Object.entries(CASES)) {
  Deno.test(
    `an upstream that ${what} is let go with a timeout_error`,
    OPTIONS,
    async (t) => {
      for (const stream of [true, false]) {
        await t.step(`stream: ${stream}`, async () => {
          await using proxy = startProxy({
            environment,
            retry: ONCE,
            async script({ ended }) {
              if (reply) return reply();
              await ended;
              return undefined;
            },
          });
          const response = await postMessages(proxy, { stream });
          const isEvents = response.status === 200;
          const body = isEvents
            ? (await readEvents(response)).at(-1)?.data
            : await response.json();
          if (!isEvents) equal(response.status, 504);
          equal(Object(body).error.type, "timeout_error");
          match(Object(body).error.message, message);
          equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
        });
      }
    },
  );
}

Deno.test(
  "an upstream that cannot be connected to is given up",
  OPTIONS,
  async () => {
    // A server that accepts nothing has a queue for two; the kernel drops
    // further connections, as a firewall does.
    using listener = Deno.listen({
      hostname: "127.0.0.1",
      port: 0,
      tcpBacklog: 1,
    });
    const { port } = listener.addr;
    using _first = await Deno.connect({ port });
    using _second = await Deno.connect({ port });
    await using proxy = startProxy({
      environment: {
        OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
        UPSTREAM_CONNECT_TIMEOUT: "0.2",
      },
      retry: ONCE,
    });
    const response = await postMessages(proxy, { stream: true });
    equal(response.status, 504);
    const { error } = await response.json();
    equal(error.type, "timeout_error");
    match(error.message, /^Cannot connect to 127.0.0.1 within 0.2 s/);
  },
);

Deno.test(
  "an upstream that takes longer than connecting may is waited for",
  OPTIONS,
  async () => {
    await using proxy = startProxy({
      environment: { UPSTREAM_CONNECT_TIMEOUT: "1" },
      firstChunkMs: 700, // while it is suspect
    });
    const response = await postMessages(proxy, {});
    equal(response.status, 200);
    await response.body?.cancel();
  },
);
