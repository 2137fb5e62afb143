import {
  deepStrictEqual as deepEqual,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { ApiError } from "../anthropic/errors.ts";
import type { Answer } from "../upstream/answer.ts";
import { Flight, type FlightOptions } from "./flight.ts";
import { Recording } from "./recording.ts";

const KIB = 1024;

/** What an upstream does, read by read: bytes of this length, its end, or an error. */
type Step = number | null | Error;

/**
 * A flight whose upstream plays `steps`, then hangs, and the callbacks it made.
 */
function start(
  steps: Step[],
  options: Partial<Pick<FlightOptions, "maxBytes">> = {},
) {
  const told: string[] = [];
  let reads = 0;
  let drained = 0, over = 0;
  let abort: AbortSignal | undefined;
  const flight = new Flight({
    maxBytes: 1_000 * KIB,
    ...options,
    open(controller) {
      abort = controller.signal;
      return Promise.resolve({
        headers: new Headers({ "content-type": "text/plain" }),
        recording: new Recording(),
        reader: {
          read() {
            const step = steps[reads++];
            if (step === undefined) return new Promise(() => {});
            if (step === null) return Promise.resolve(null);
            if (typeof step !== "number") return Promise.reject(step);
            return Promise.resolve(new Uint8Array(step).fill(reads));
          },
          drain: () => void drained++,
          cancel() {},
        },
        settle: (error) => told.push(error ? error.message : "well"),
      });
    },
    onWhole: (_, length) => told.push(`whole ${length}`),
    onClosed: () => told.push("closed"),
    onOver: () => void over++,
  });
  return {
    flight,
    told,
    reads: () => reads,
    drained: () => drained,
    over: () => over,
    abort: () => abort,
  };
}

/** Joins; reports what is read as runs of equal bytes. */
async function join(flight: Flight) {
  const abort = new AbortController();
  let inherited = 0, bequeathed = 0;
  const answer: Answer = await flight.join({
    signal: abort.signal,
    onInherit: () => void inherited++,
    onBequeath: () => void bequeathed++,
  });
  return {
    answer,
    abort,
    inherited: () => [inherited, bequeathed],
    read: async () => (await answer.reader.read())?.length ?? null,
  };
}

Deno.test("Flight reads the upstream when somebody wants more, and never ahead", async () => {
  const { flight, reads } = start([1, 2, 3]);
  const a = await join(flight);
  equal(reads(), 0);
  deepEqual([await a.read(), await a.read()], [1, 2]);
  equal(reads(), 2);
  const b = await join(flight);
  equal(await b.read(), 3); // both pieces so far, at once
  equal(reads(), 2);
  deepEqual([await a.read(), await b.read()], [3, 3]);
  equal(reads(), 3);
});

Deno.test("Flight reads once for all who wait", async () => {
  const { flight, reads } = start([5, null]);
  const seats = await Promise.all([1, 2, 3].map(() => join(flight)));
  deepEqual(await Promise.all(seats.map(({ read }) => read())), [5, 5, 5]);
  deepEqual(
    await Promise.all(seats.map(({ read }) => read())),
    [null, null, null],
  );
  equal(reads(), 2);
});

Deno.test("Flight gives an error after what came before it, to all", async () => {
  const { flight, told } = start([5, new ApiError("api_error", "cut")]);
  const a = await join(flight);
  const b = await join(flight);
  equal(await a.read(), 5);
  await rejects(a.answer.reader.read(), { message: "cut" });
  equal(await b.read(), 5);
  await rejects(b.answer.reader.read(), { message: "cut" });
  deepEqual(told, ["closed"]);
});

Deno.test("Flight keeps exactly what its reader had read, once", async () => {
  const { flight, told } = start([5, 7, null]);
  const a = await join(flight);
  const b = await join(flight);
  deepEqual([await a.read(), await a.read()], [5, 7]);
  a.answer.settle(null);
  await b.read();
  b.answer.settle(null);
  deepEqual(told, ["well", "whole 12", "closed", "well"]);
});

Deno.test("Flight keeps nothing that a reader calls bad", async () => {
  const { flight, told } = start([5, null]);
  const a = await join(flight);
  await a.read();
  a.answer.settle(new ApiError("api_error", "empty"));
  deepEqual(told, ["empty"]);
});

Deno.test("Flight lets one go that reads no further, and the upstream with the last", async () => {
  const { flight, abort } = start([5, 7]);
  const a = await join(flight);
  const b = await join(flight);
  a.answer.reader.cancel(new ApiError("api_error", "too much"));
  await rejects(a.answer.reader.read(), { message: "too much" });
  equal(await b.read(), 5);
  b.answer.reader.cancel(new ApiError("api_error", "too much"));
  equal(abort()?.aborted, true);
});

Deno.test("Flight drains the upstream once, and ends for all where it was drained", async () => {
  const { flight, drained, abort } = start([5, 7]);
  const a = await join(flight);
  const b = await join(flight);
  const c = await join(flight);
  equal(await a.read(), 5);
  a.answer.reader.drain();
  b.answer.reader.drain();
  equal(drained(), 1);
  deepEqual([await c.read(), await c.read()], [5, null]);
  equal(abort()?.aborted, false);
});

Deno.test("Flight ends the upstream's work when the last one leaves, for their reason", async () => {
  const { flight, told, abort } = start([5]);
  const a = await join(flight);
  const b = await join(flight);
  const waiting = rejects(b.answer.reader.read().then(() => b.read()), {
    message: "bye",
  });
  a.abort.abort();
  equal(abort()?.aborted, false);
  deepEqual(told, []);
  b.abort.abort(new ApiError("api_error", "bye"));
  equal(abort()?.aborted, true);
  equal(abort()?.reason.message, "bye");
  deepEqual(told, ["closed"]);
  await waiting;
});

Deno.test("Flight lets a reader go at once that leaves while it waits", async () => {
  const { flight } = start([]);
  const a = await join(flight);
  const b = await join(flight);
  const waiting = rejects(a.answer.reader.read(), { status: 499 });
  a.abort.abort();
  await waiting;
  void b;
});

Deno.test("Flight tells who inherits the call of one that has left", async () => {
  const { flight } = start([5, null]);
  const [a, b, c] = [
    await join(flight),
    await join(flight),
    await join(flight),
  ];
  b.abort.abort();
  a.abort.abort();
  deepEqual([a, b, c].map(({ inherited }) => inherited()), [
    [0, 1],
    [0, 0],
    [1, 0],
  ]);
});

Deno.test("Flight lets nobody leave in time a failure that comes anyway", async () => {
  const flight = new Flight({
    maxBytes: KIB,
    open: () => Promise.reject(new ApiError("api_error", "refused")),
    onWhole() {},
    onClosed() {},
    onOver() {},
  });
  await rejects(join(flight), { message: "refused" });
});

Deno.test("Flight over its limit holds the quick one back, at most a limit ahead", async () => {
  const steps = Array.from({ length: 40 }, () => 64 * KIB);
  const { flight, told, reads } = start(steps, { maxBytes: 256 * KIB });
  const quick = await join(flight);
  const slow = await join(flight);
  const read = { quick: 0, slow: 0 };
  const runAhead = async () => {
    for (;;) read.quick += await quick.read() ?? 0;
  };
  const running = rejects(runAhead(), { status: 499 });
  await slow.read();
  for (let i = 0; i < 20; i++) {
    read.slow += await slow.read() ?? 0;
    ok(reads() * 64 * KIB - read.slow <= (256 + 2 * 64) * KIB, `${reads()}`);
  }
  deepEqual(told, ["closed"]); // nobody may join, nothing is stored
  quick.answer.settle(null);
  deepEqual(told, ["closed", "well"]);
  quick.abort.abort();
  await running;
});

Deno.test("Flight goes on for the quick one when the slow one leaves", async () => {
  const steps = Array.from({ length: 40 }, () => 64 * KIB);
  const { flight, reads } = start(steps, { maxBytes: 256 * KIB });
  const quick = await join(flight);
  const slow = await join(flight);
  let bytes = 0;
  const all = (async () => {
    while (bytes < 40 * 64 * KIB) bytes += await quick.read() ?? 0;
  })();
  await slow.read();
  ok(reads() < 40);
  slow.abort.abort();
  await all;
  equal(reads(), 40);
});

Deno.test("Flight is over when all have settled or left, once", async () => {
  const { flight, told, over } = start([5, null]);
  const [a, b, c] = [
    await join(flight),
    await join(flight),
    await join(flight),
  ];
  for (const seat of [a, b, c]) {
    deepEqual([await seat.read(), await seat.read()], [5, null]);
  }
  deepEqual([told, over()], [["closed"], 0], "it may still be kept");
  a.answer.settle(null);
  b.answer.settle(null);
  equal(over(), 0);
  c.abort.abort();
  b.abort.abort();
  equal(over(), 1);
});
