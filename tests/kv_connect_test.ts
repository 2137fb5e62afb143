/**
 * The store on KV Connect, the protocol by which several instances share one
 * database; its server is denokv (`cargo install denokv`). Where that is not
 * installed the tests are ignored, and the suite runs on a local file alone
 * (src/store/kv_store_test.ts).
 *
 * @module
 */
import { type Denokv, findDenokv, serveDenokv } from "./denokv.ts";
import { testStore } from "./store_conformance.ts";
import { openStore } from "./store_site.ts";

const program = await findDenokv();

testStore(
  program ? "a store on KV Connect" : "a store on KV Connect (no denokv here)",
  {
    ignore: program === null,
    async createSite(clock) {
      const server: Denokv = await serveDenokv(program ?? "denokv");
      return {
        open: () =>
          openStore({
            open: () => Deno.openKv(server.url),
            now: () => clock.now,
            times: { readMs: 5_000 },
          }),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  },
);
