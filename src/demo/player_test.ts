import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import {
  finishChunk,
  reasoningChunk,
  textChunk,
  toolCallChunk,
  usageChunk,
} from "./chunks.ts";
import { chunks, json, rawStream, silence } from "./replies.ts";
import { serveDemoUpstream } from "./serve.ts";
import { asking, post, readStream } from "./test_client.ts";

/** Longer than any test: whatever waits for it must be stopped. */
const FOREVER_MS = 600_000;

Deno.test("a script's chunks arrive as they are, with the sentinel", async () => {
  const list = [
    reasoningChunk("Hm"),
    textChunk("He"),
    toolCallChunk({ id: "call_1", name: "Bash" }),
    toolCallChunk({ index: 0, args: "{}" }),
    finishChunk("tool_calls"),
    usageChunk({ prompt_tokens: 1, completion_tokens: 2 }),
  ];
  await using served = serveDemoUpstream({ script: () => chunks(list) });
  deepEqual(await readStream(await post(served, asking("Hi"))), [
    ...list,
    "[DONE]",
  ]);
});

Deno.test("rawStream() writes each piece for itself and any bytes", async () => {
  const pieces = ["da", new Uint8Array([0xf0, 0x9f]), "\r\n"];
  await using served = serveDemoUpstream({ script: () => rawStream(pieces) });
  const response = await post(served, asking("Hi"));
  const received = await Array.fromAsync(response.body ?? []);
  deepEqual(received.map((bytes) => [...bytes]), [
    [100, 97],
    [0xf0, 0x9f],
    [13, 10],
  ]);
});

Deno.test("rawStream() cuts the connection after its last piece", async () => {
  await using served = serveDemoUpstream({
    script: () => rawStream(["partial"], { end: "cut" }),
  });
  const response = await post(served, asking("Hi"));
  const reader = response.body?.getReader();
  equal(new TextDecoder().decode((await reader?.read())?.value), "partial");
  await rejects(async () => await reader?.read());
});

Deno.test("an exchange is cancelled when the upstream is shut down", async () => {
  const served = serveDemoUpstream({
    script: () => chunks([], { end: "hang" }),
  });
  const response = await post(served, asking("Hi"));
  await served[Symbol.asyncDispose]();
  await rejects(() => response.text());
  equal(await served.upstream.exchanges[0]?.ended, "cancelled");
});

for (
  const [when, reply] of [
    ["before the status line", silence(FOREVER_MS, json({}))],
    ["in a pause", chunks(["a", "b"], { everyMs: FOREVER_MS })],
    ["in a stream that hangs", chunks(["a"], { end: "hang" })],
  ] as const
) {
  Deno.test(`an exchange is cancelled when the client leaves ${when}`, async () => {
    const client = new AbortController();
    const arrived = Promise.withResolvers<void>();
    await using served = serveDemoUpstream({
      script() {
        arrived.resolve();
        return reply;
      },
    });
    const response = post(served, asking("Hi"), client.signal);
    await arrived.promise;
    const [exchange] = served.upstream.exchanges;
    equal(exchange?.state, "running");
    if (reply.silenceMs === 0) {
      const reader = (await response).body?.getReader();
      await reader?.read();
      client.abort();
      await rejects(async () => await reader?.read());
    } else {
      client.abort();
      await rejects(response);
    }
    equal(await exchange?.ended, "cancelled");
    equal(exchange?.state, "cancelled");
  });
}
