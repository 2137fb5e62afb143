import {
  deepStrictEqual as deepEqual,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { openByteReader } from "./byte_reader.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * What an upstream does next; the bytes it sends are numbered consecutively.
 */
interface Step {
  /** Event-loop turns until it happens. */
  turns: number;
  bytes: number;
}

/** A body like that of a fetch; it ends, or breaks, after its steps. */
function bodyOf(steps: readonly Step[], { breaks = false } = {}) {
  const state = { pulls: 0, sent: 0 };
  const body = new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const step = steps[state.pulls++];
      for (let turn = 0; turn < (step?.turns ?? 0); turn++) {
        await setImmediate();
      }
      if (step) controller.enqueue(count(state.sent, state.sent += step.bytes));
      else if (breaks) controller.error(new Error("broken"));
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  }, { highWaterMark: 0 });
  return { body, state };
}

function count(from: number, to: number): Bytes {
  return Uint8Array.from({ length: to - from }, (_, i) => (from + i) % 251);
}

/**
 * Reads to the end, and checks that nothing is lost, duplicated or misplaced.
 */
async function readAll(body: ReadableStream<Bytes>): Promise<number[]> {
  const reader = openByteReader(body);
  const lengths: number[] = [];
  let total = 0;
  for (let bytes; (bytes = await reader.read()) !== null;) {
    deepEqual([...bytes], [...count(total, total + bytes.length)]);
    lengths.push(bytes.length);
    total += bytes.length;
  }
  equal(await reader.read(), null);
  return lengths;
}

const once = (bytes: number): Step => ({ turns: 0, bytes });

Deno.test("ByteReader.read() gives in one piece what has come", async () => {
  deepEqual(await readAll(bodyOf([once(3), once(4), once(5)]).body), [12]);
});

Deno.test("ByteReader.read() gives what has come before it waits for more", async () => {
  let send = (_: Bytes) => {};
  const body = new ReadableStream({
    type: "bytes",
    start(controller) {
      send = (bytes) => controller.enqueue(bytes);
      send(count(0, 2));
    },
  }, { highWaterMark: 0 });
  const reader = openByteReader(body);
  for (let sent = 0; sent < 20; sent++) {
    const bytes = await reader.read();
    deepEqual(bytes && [...bytes], [...count(2 * sent, 2 * sent + 2)]);
    send(count(2 * sent + 2, 2 * sent + 4));
  }
  await reader.cancel("enough");
  deepEqual(await reader.read() ?? await reader.read(), null);
});

Deno.test("ByteReader gathers again after pieces that came one by one", async () => {
  const single = Array.from({ length: 100 }, () => ({ turns: 4, bytes: 1 }));
  const burst = Array.from({ length: 100 }, () => once(1));
  const reads = (await readAll(bodyOf([...single, ...burst]).body)).length;
  ok(reads < 120, `${reads} reads`);
});

Deno.test("ByteReader reads ahead what a buffer holds, and no more", async () => {
  const { body, state } = bodyOf(
    Array.from({ length: 100 }, () => once(1_000)),
  );
  const reader = openByteReader(body);
  await reader.read();
  await setImmediate();
  ok(state.sent <= 9_000, `${state.sent} bytes`);
  await reader.cancel("enough");
});

const steps = fc.array(
  fc.record({
    turns: fc.nat(4),
    bytes: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(20_000)),
  }),
  { maxLength: 40 },
);

Deno.test("ByteReader gives every byte once, however they come", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const total = (lengths: number[]) => lengths.reduce((a, b) => a + b, 0);
      const lengths = await readAll(bodyOf(steps).body);
      equal(total(lengths), total(steps.map(({ bytes }) => bytes)));
    }),
    { numRuns: 40 },
  );
});

Deno.test("ByteReader gives what came before a failure, then the failure", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const { body, state } = bodyOf(steps, { breaks: true });
      const reader = openByteReader(body);
      let total = 0;
      await rejects(async () => {
        for (let bytes; (bytes = await reader.read()) !== null;) {
          total += bytes.length;
        }
      }, { message: "broken" });
      equal(total, state.sent);
    }),
    { numRuns: 40 },
  );
});

Deno.test("ByteReader reads a stream that is not made of bytes", async () => {
  const body = ReadableStream.from([count(0, 3), count(3, 7)]);
  deepEqual(await readAll(body), [3, 4]);
});
