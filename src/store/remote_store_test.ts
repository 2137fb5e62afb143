import { testStore } from "../../tests/store_conformance.ts";
import { SILENT_LOG } from "../../tests/store_site.ts";
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
    });
    return Promise.resolve({
      open() {
        const { port1, port2 } = new MessageChannel();
        hostStore(host, port1);
        const remote = createRemoteStore(port2);
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
