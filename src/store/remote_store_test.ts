import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { z } from "zod";
import { testStore } from "../../tests/store_conformance.ts";
import { PATIENT, SILENT_LOG } from "../../tests/store_site.ts";
import { createKvStore } from "./kv_store.ts";
import { createRemoteStore } from "./remote_store.ts";
import { hostStore } from "./store_host.ts";
import { createTypedStore } from "./typed_store.ts";

testStore("createRemoteStore()", {
  createSite(clock) {
    const host = createKvStore({
      open: () => Deno.openKv(":memory:"),
      log: SILENT_LOG,
      now: () => clock.now,
      times: PATIENT,
    });
    return Promise.resolve({
      open() {
        const { port1, port2 } = new MessageChannel();
        hostStore(host, port1);
        const remote = createRemoteStore(port2, PATIENT);
        return {
          store: createTypedStore(remote),
          [Symbol.asyncDispose]() {
            remote[Symbol.dispose]();
            port1.close();
            return Promise.resolve();
          },
        };
      },
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    });
  },
});

Deno.test("createRemoteStore() takes a silent thread for a store out of order", async () => {
  const { port1, port2 } = new MessageChannel();
  const times = { readMs: 5, writeMs: 5 };
  using remote = createRemoteStore(port2, times);
  const store = createTypedStore(remote);
  equal(store.trouble, null);
  equal(await store.get(["v"], z.unknown()), null);
  match(store.trouble ?? "", /does not answer/);
  equal(await store.getBytes(["b"]), null);
  deepEqual(await store.list([], z.unknown()), []);
  deepEqual(await store.usage([]), { entries: 0, bytes: 0 });
  ok(await store.lease(["l"], { ttlMs: 1_000 }));
  await store.flush();
  await store.clear([]);
  port1.close();
});

Deno.test("createRemoteStore() answers what is asked while it is closed", async () => {
  const { port1, port2 } = new MessageChannel();
  const remote = createRemoteStore(port2);
  const reading = remote.read(["v"]);
  remote[Symbol.dispose]();
  equal(await reading, null);
  port1.close();
});

Deno.test("createRemoteStore() tells of the host's trouble", async () => {
  const { port1, port2 } = new MessageChannel();
  await using host = createKvStore({
    open: () => Promise.reject(new Error("no database")),
    log: SILENT_LOG,
  });
  hostStore(host, port1);
  using remote = createRemoteStore(port2);
  equal(await remote.read(["v"]), null);
  equal(remote.trouble, "no database");
  port1.close();
});

Deno.test("createRemoteStore() gives a worker the store of the main thread", async () => {
  await using host = createKvStore({
    open: () => Deno.openKv(":memory:"),
    log: SILENT_LOG,
  });
  const store = createTypedStore(host);
  store.put(["from main"], "hello", { ttlMs: 60_000 });
  const worker = new Worker(
    new URL("../../tests/fixtures/store_worker.ts", import.meta.url),
    { type: "module" },
  );
  const { port1, port2 } = new MessageChannel();
  hostStore(host, port1);
  const read = new Promise<string>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
  worker.postMessage(port2, [port2]);
  equal(await read, "hello");
  equal(await store.get(["from worker"], z.string()), "hello to you");
  equal((await store.getBytes(["bytes"]))?.length, 100_000);
  worker.terminate();
  port1.close();
});
