import { strictEqual as equal } from "node:assert";
import type { ThreadOrder } from "./calls.ts";
import { Supervisor, SUPERVISOR_TIMES } from "./supervisor.ts";

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

Deno.test("Supervisor replaces a thread that has fallen silent", async () => {
  const replaced = Promise.withResolvers<void>();
  const died: unknown[] = [];
  let started = 0;
  let released = 0;
  const fail = () => Promise.reject(new Error("not asked for here"));
  const supervisor = new Supervisor({
    count: 1,
    createWorker() {
      started++;
      return new Worker(SILENT, { type: "module" });
    },
    prepare() {
      const { port1, port2 } = new MessageChannel();
      return {
        order: anOrder(port2),
        transfer: [port2],
        release() {
          released++;
          port1.close();
        },
      };
    },
    own: {
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
    },
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
  equal(released >= started, true);
});
