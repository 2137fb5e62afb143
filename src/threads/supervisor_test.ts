import { rejects, strictEqual as equal } from "node:assert";
import type { ThreadOrder } from "./calls.ts";
import {
  Supervisor,
  SUPERVISOR_TIMES,
  type SupervisorOptions,
} from "./supervisor.ts";

const SILENT = new URL(
  "../../tests/fixtures/silent_thread.ts",
  import.meta.url,
);

/** Start arguments for a thread that ignores them. */
function anOrder(port: MessagePort): ThreadOrder {
  const sources = { environment: {}, file: null, named: {} };
  const ports = { store: port, flights: port };
  return { sources, port: 0, isProxied: false, isPretty: false, ...ports };
}

const fail = () => Promise.reject(new Error("not asked for here"));
const own: SupervisorOptions["own"] = {
  log: () => {},
  logToFile: () => {},
  observe: () => {},
  eventLoopDelay: () => {},
  strayed: () => {},
  readMetrics: fail,
  readErrors: fail,
  watchLane: () => {},
  takeTurn: fail,
  countTokens: fail,
  readCaches: fail,
  clearCaches: fail,
};

/** Start arguments for threads; counts those that are released. */
function preparing() {
  const counts = { released: 0 };
  return {
    counts,
    prepare() {
      const { port1, port2 } = new MessageChannel();
      return {
        order: anOrder(port2),
        transfer: [port2],
        release() {
          counts.released++;
          port1.close();
        },
      };
    },
  };
}

Deno.test("Supervisor replaces a thread that has fallen silent", async () => {
  const replaced = Promise.withResolvers<void>();
  const died: unknown[] = [];
  let started = 0;
  const { prepare, counts } = preparing();
  const supervisor = new Supervisor({
    count: 1,
    createWorker() {
      started++;
      return new Worker(SILENT, { type: "module" });
    },
    prepare,
    own,
    log: {
      error: (_, fields) => void died.push(fields?.reason),
      info: () => replaced.resolve(),
    },
    times: { ...SUPERVISOR_TIMES, silenceMs: 20, lookMs: 20, restartMs: 0 },
  });
  await supervisor.start();
  await replaced.promise;
  equal(died[0], "silent for 0.02 s");
  equal(started >= 2, true);
  await supervisor.drain({ timeoutMs: 0 });
  equal(supervisor.size, 0);
  equal(counts.released, started);
});

Deno.test("Supervisor.start() fails at once where a thread dies as it starts", async () => {
  const { prepare, counts } = preparing();
  const supervisor = new Supervisor({
    count: 1,
    createWorker: () =>
      new Worker("data:text/javascript,throw new Error('on purpose')", {
        type: "module",
      }),
    prepare,
    own,
    log: { error: () => {}, info: () => {} },
  });
  await rejects(supervisor.start(), /on purpose/);
  equal(counts.released, 1, "nobody waits for the answers of the dead");
  await supervisor.drain({ timeoutMs: 0 });
});
