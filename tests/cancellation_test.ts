/**
 * Clients that leave, in every state a request can be in: the upstream's work
 * ends, and this does not count as the upstream's failure.
 *
 * @module
 */
import { strictEqual as equal } from "node:assert";
import { textChunk } from "../src/demo/chunks.ts";
import {
  chunks,
  openaiError,
  rawStream,
  refusal,
  type Reply,
} from "../src/demo/replies.ts";
import { eventStream, startPassing, STREAM } from "./messages_upstream.ts";
import { postMessages, type ProxyOptions, startProxy } from "./support.ts";

/** Ends a test that waits for something that never comes. */
const OPTIONS = { timeout: 10_000 };

const JSON_TYPE = { contentType: "application/json" };

/** A state the client leaves in. */
interface Situation extends Omit<ProxyOptions, "script"> {
  stream: boolean[];
  /** What the upstream answers; `undefined`: nothing, ever. */
  reply?: () => Reply;
  /** Whether the client has the status line when it leaves. */
  hasStatus?: true;
}

function* forEver<T>(piece: T): Generator<T> {
  for (;;) yield piece;
}

const WORD = `data: ${JSON.stringify(textChunk("word ".repeat(1_000)))}\n\n`;

const SITUATIONS: Record<string, Situation> = {
  "waits for the upstream's status line": { stream: [true, false] },
  "has been sent pings": {
    stream: [true],
    hasStatus: true,
    times: { commitMs: 1, pingMs: 1 },
  },
  "waits for the first event": {
    stream: [true],
    reply: () => rawStream([": wait\n\n"], { end: "hang" }),
  },
  "waits for the rest of a JSON body": {
    stream: [false],
    reply: () => rawStream(['{"choices":['], { end: "hang", ...JSON_TYPE }),
  },
  "waits for the rest of a stream it wants as a whole": {
    stream: [false],
    reply: () => chunks([textChunk("Once ")], { end: "hang" }),
  },
  "is in the midst of a stream": {
    stream: [true],
    hasStatus: true,
    reply: () => rawStream(forEver(WORD), { everyMs: 1 }),
  },
  "does not read a stream": {
    stream: [true],
    hasStatus: true,
    reply: () => rawStream(forEver(WORD)),
  },
  "waits for a stalled stream": {
    stream: [true],
    hasStatus: true,
    reply: () => chunks([textChunk("Once ")], { end: "hang" }),
  },
  "waits for the rest of a refusal": {
    stream: [true, false],
    reply: () =>
      rawStream(['{"error":'], { status: 400, end: "hang", ...JSON_TYPE }),
  },
};

for (
  const [state, { stream, reply, hasStatus, ...rest }] of Object.entries(
    SITUATIONS,
  )
) {
  for (const isStream of stream) {
    Deno.test(
      `a client that ${state} leaves: the upstream's work ends (stream: ${isStream})`,
      OPTIONS,
      async () => {
        const asked = Promise.withResolvers<void>();
        await using proxy = startProxy({
          ...rest,
          async script({ ended }) {
            asked.resolve();
            if (reply) return reply();
            await ended;
            return undefined;
          },
        });
        const client = new AbortController();
        const { signal } = client;
        const response = postMessages(proxy, { stream: isStream }, { signal });
        await asked.promise;
        if (hasStatus) await (await response).body?.getReader().read();
        client.abort();
        await response.catch(() => {});
        equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
        equal((await proxy.entry("message")).outcome, "client gone");
        equal(proxy.upstream.exchanges.length, 1);
        equal(
          proxy.logged.some((line) => /attempt failed|ERROR/.test(line)),
          false,
        );
      },
    );
  }
}

Deno.test(
  "a client that waits for a retry leaves: there is none",
  OPTIONS,
  async () => {
    const hour = { "retry-after": "3600" };
    await using proxy = startProxy({
      retry: { maxAttempts: 3, baseMs: 0, maxMs: 3_600_000 },
      script: () => refusal(429, openaiError("later"), hour),
    });
    const client = new AbortController();
    const { signal } = client;
    const response = postMessages(proxy, { stream: true }, { signal });
    await proxy.entry("upstream attempt failed");
    client.abort();
    await response.catch(() => {});
    equal((await proxy.entry("message")).outcome, "client gone");
    equal(proxy.upstream.exchanges.length, 1);
  },
);

for (const isStream of [true, false]) {
  Deno.test(
    `a client leaves an upstream that is passed through to (stream: ${isStream})`,
    OPTIONS,
    async () => {
      const asked = Promise.withResolvers<void>();
      await using passing = await startPassing(async ({ ended }) => {
        asked.resolve();
        await ended;
        return eventStream(STREAM);
      });
      const client = new AbortController();
      const { signal } = client;
      const { proxy } = passing;
      const response = postMessages(proxy, { stream: isStream }, { signal });
      await asked.promise;
      client.abort();
      await response.catch(() => {});
      equal(await passing.asked[0]?.ended, "cancelled");
      equal((await proxy.entry("message")).outcome, "client gone");
    },
  );
}
