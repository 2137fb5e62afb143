import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  strictEqual as equal,
} from "node:assert";
import type { SharedClient } from "./shared_client.ts";
import { Origin, type OriginOptions } from "./origin.ts";

const { signal } = new AbortController();

/** An origin whose HTTP clients are counted. */
function counted(options: Partial<OriginOptions> = {}) {
  const clients = { made: 0, open: 0 };
  const origin = new Origin({
    isSecure: true,
    maxConnections: 500,
    idleMs: 60_000,
    maxStreams: 3,
    maxColdRequests: 8,
    createClient() {
      clients.made++;
      clients.open++;
      const client = Deno.createHttpClient({});
      const close = client.close.bind(client);
      return Object.assign(client, {
        close() {
          clients.open--;
          close();
        },
      });
    },
    ...options,
  });
  return { clients, origin };
}

/** This many requests at once. */
function burst(origin: Origin, count: number): Promise<SharedClient[]> {
  return Promise.all(Array.from({ length: count }, () => origin.enter(signal)));
}

Deno.test("Origin gives no client more requests than one connection takes", async () => {
  const { clients, origin } = counted();
  const used = await burst(origin, 7);
  deepEqual(used.map(({ inFlight }) => inFlight), [3, 3, 3, 3, 3, 3, 1]);
  equal(clients.made, 3);
  origin.close();
  equal(clients.open, 0);
});

Deno.test("Origin fills the first client first, and closes others that fall idle", async () => {
  const { clients, origin } = counted({ idleMs: 0 });
  const used = await burst(origin, 7);
  for (const shared of used) origin.leave(shared);
  const shared = await origin.enter(signal);
  equal(shared, used[0]);
  equal(clients.open, 1);
  origin.close();
});

Deno.test("Origin keeps a client that was used a moment ago", async () => {
  const { clients, origin } = counted({ idleMs: 60_000 });
  for (const shared of await burst(origin, 4)) origin.leave(shared);
  await origin.enter(signal);
  equal(clients.open, 2);
  origin.close();
});

Deno.test("Origin never closes a client in use", async () => {
  const { clients, origin } = counted({ idleMs: 0 });
  const used = await burst(origin, 4);
  for (const shared of used.slice(0, 3)) origin.leave(shared);
  notEqual(await origin.enter(signal), used[3]);
  equal(clients.open, 2);
  origin.close();
});

Deno.test("Origin has one client without TLS, and as many requests as connections", async () => {
  const { clients, origin } = counted({ isSecure: false, maxConnections: 100 });
  const used = await burst(origin, 100);
  equal(new Set(used).size, 1);
  equal(clients.made, 1);
  const next = origin.enter(signal);
  for (const shared of used) origin.leave(shared);
  equal(await next, used[0]);
  origin.close();
});

Deno.test("Origin lets a burst wait until one of the first has a connection", async () => {
  const { origin } = counted({ maxStreams: 80, maxColdRequests: 2 });
  const first = await burst(origin, 2);
  let isIn = false;
  const others = burst(origin, 20).then(() => isIn = true);
  await new Promise((resolve) => setTimeout(resolve));
  equal(isIn, false);
  for (const shared of first) origin.answered(shared);
  await others;
  await burst(origin, 20);
  origin.close();
});

Deno.test("Origin lets a burst wait for a connection no longer than one takes to open", async () => {
  const { origin } = counted({ maxStreams: 80, maxColdRequests: 2 });
  await burst(origin, 20);
  origin.close();
});
