import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { createLogger } from "../log.ts";
import { CollectorQueue } from "./collector_queue.ts";

/** A queue in front of a collector that answers with these, then with 200. */
function start(
  answers: (Response | Error)[],
  { maxBytes, isAsleep = false }: { maxBytes?: number; isAsleep?: boolean } =
    {},
) {
  const said: string[] = [];
  const sent: string[] = [];
  const sleeps: number[] = [];
  const queue = new CollectorQueue({
    fetch: async (_input, init) => {
      sent.push(await new Response(init?.body).text());
      const answer = answers.shift() ?? new Response();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    log: createLogger({
      level: "INFO",
      now: () => 0,
      pretty: false,
      write(line) {
        const { message, status, reason, dropped } = JSON.parse(line);
        said.push([message, status, reason, dropped].join(" ").trim());
      },
    }),
    sleep: (ms, signal) => {
      sleeps.push(ms);
      if (!isAsleep) return Promise.resolve();
      return new Promise((_resolve, reject) =>
        signal.aborted
          ? reject(signal.reason)
          : signal.addEventListener("abort", () => reject(signal.reason))
      );
    },
    random: () => 0.5,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  const add = (text: string) =>
    queue.add({
      url: "http://collector/key",
      headers: {},
      body: new TextEncoder().encode(text),
    });
  return { queue, add, said, sent, sleeps };
}

const busy = (headers = {}) => new Response(null, { status: 503, headers });

Deno.test("CollectorQueue posts one after the other, in order", async () => {
  const { queue, add, sent, said } = start([]);
  ["a", "b", "c"].forEach(add);
  await queue.close();
  deepEqual(sent, ["a", "b", "c"]);
  deepEqual(said, []);
});

Deno.test("CollectorQueue tries again, longer and longer, and tells of it once", async () => {
  const down = new TypeError("connect to http://collector/key");
  const { queue, add, sent, sleeps, said } = start([down, down, busy()]);
  add("a");
  await new Promise((resolve) => setTimeout(resolve, 0));
  await queue.close();
  deepEqual(sent, ["a", "a", "a", "a"]);
  deepEqual(sleeps, [1_000, 2_000, 4_000]);
  deepEqual(said, [
    "telemetry not delivered  TypeError",
    "telemetry delivered again   0",
  ]);
});

Deno.test("CollectorQueue waits as long as the collector says, but not for ever", async () => {
  const { queue, add, sleeps } = start([
    busy({ "retry-after": "7" }),
    busy({ "retry-after": "3600" }),
  ]);
  add("a");
  await new Promise((resolve) => setTimeout(resolve, 0));
  await queue.close();
  deepEqual(sleeps, [7_000, 30_000]);
});

Deno.test("CollectorQueue gives up after five attempts, and at once what is refused", async () => {
  const refused = new Response(null, { status: 400 });
  const { queue, add, sent, said } = start([
    ...Array.from({ length: 5 }, () => busy()),
    refused,
  ]);
  ["a", "b", "c"].forEach(add);
  await new Promise((resolve) => setTimeout(resolve, 0));
  await queue.close();
  equal(sent.join(""), "aaaaabc");
  deepEqual(said, [
    "telemetry not delivered 503",
    "telemetry delivered again   2",
  ]);
});

Deno.test("CollectorQueue.add() drops what does not fit", async () => {
  const { queue, add, sent, said } = start([], { maxBytes: 3 });
  ["aa", "bb", "c", "d"].forEach(add);
  await queue.close();
  deepEqual(sent, ["aa", "c"]);
  deepEqual(said, [
    "telemetry not delivered  too much waits",
    "telemetry delivered again   2",
  ]);
});

Deno.test("CollectorQueue.close() tries each once more, without a wait", async () => {
  const { queue, add, sent } = start(
    [busy(), busy(), busy(), busy()],
    { isAsleep: true },
  );
  ["a", "b"].forEach(add);
  await new Promise((resolve) => setTimeout(resolve, 0));
  await queue.close();
  deepEqual(sent, ["a", "a", "b"]);
});
