import { deepStrictEqual as deepEqual } from "node:assert";
import { countThreads } from "./thread_settings.ts";

const LINUX = { os: "linux", cores: 2 } as const;
const free = { name: "free" };
const waits = { name: "waits", limits: { queue: { length: 5 } } };
const limited = { name: "local", limits: { concurrency: 4 } };

Deno.test("countThreads() takes one for each core, four at most", () => {
  const settings = { workers: null, upstreams: [free, waits] };
  const counts = [1, 2, 64].map((cores) =>
    countThreads(settings, { ...LINUX, cores }).count
  );
  deepEqual(counts, [1, 2, 4]);
});

Deno.test("countThreads() takes as many as are wanted", () => {
  deepEqual(countThreads({ workers: 7, upstreams: [free] }, LINUX), {
    count: 7,
    notice: null,
  });
});

Deno.test("countThreads() has limits counted by one thread, and says so", () => {
  const upstreams = [free, limited];
  deepEqual(countThreads({ workers: null, upstreams }, LINUX), {
    count: 1,
    notice: null,
  });
  deepEqual(countThreads({ workers: 2, upstreams }, LINUX), {
    count: 1,
    notice:
      "WORKERS: one thread serves, for limits of local are counted by one",
  });
});

Deno.test("countThreads() is one where threads cannot share a port", () => {
  const mac = { os: "darwin", cores: 8 } as const;
  deepEqual(countThreads({ workers: 2, upstreams: [free] }, mac), {
    count: 1,
    notice:
      "WORKERS: one thread serves, for threads share a port on Linux alone",
  });
});
