/**
 * Whether several threads translate a long history faster: the same messages in
 * one call, and in halves by two warm workers. Messages are copied to and from
 * workers.
 *
 * @module
 */
import {
  type InputMessage,
  parseMessagesRequest,
} from "../../src/anthropic/request.ts";
import { convert } from "./convert.ts";
import { compareCpu, median, print } from "./cpu.ts";
import { session } from "./session.ts";

const ROUNDS = 30;

function startWorker(): Worker {
  const url = new URL("./conversion_worker.ts", import.meta.url);
  return new Worker(url, { type: "module" });
}

/** What a worker says next. */
function answerOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
}

const workers = [startWorker(), startWorker()];
await Promise.all(workers.map(answerOf));

async function parallel(halves: InputMessage[][]): Promise<unknown> {
  const parts = workers.map((worker, i) => {
    const answer = answerOf(worker);
    worker.postMessage(halves[i]);
    return answer;
  });
  return (await Promise.all(parts)).flat();
}

for (const kilobytes of [100, 1_000]) {
  const body: unknown = JSON.parse(JSON.stringify(session(kilobytes * 1_000)));
  const { messages } = parseMessagesRequest(body);
  // A turn's calls and their results stay together.
  const middle = messages.findIndex(({ role }, i) =>
    i >= messages.length / 2 && role === "assistant"
  );
  const halves = [
    // Every part must end with the client's turn.
    messages.slice(0, middle),
    messages.slice(middle),
  ];
  const title = `a history of ${messages.length} messages, ${kilobytes} kB`;
  const runs = {
    "one call": () => convert(messages),
    "two workers": () => parallel(halves),
  };
  await compareCpu(runs, { title, times: 5 });

  const times = { serial: [] as number[], parallel: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.serial.push(await wallMs(runs["one call"]));
    times.parallel.push(await wallMs(runs["two workers"]));
  }
  const ratio = median(times.parallel) / median(times.serial);
  print(
    `  time until it is there: one call ${
      median(times.serial).toFixed(2)
    } ms, two workers ${median(times.parallel).toFixed(2)} ms, ` +
      `ratio ${ratio.toFixed(2)}\n`,
  );
}
for (const worker of workers) worker.terminate();

async function wallMs(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
