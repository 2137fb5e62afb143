import { deepStrictEqual as deepEqual } from "node:assert";
import { Hono } from "hono";
import { rateLimit } from "./rate_limit.ts";

Deno.test("rateLimit() counts an owner's addresses together", async () => {
  const clients: string[] = [];
  const take = (client: string) => {
    clients.push(client);
    return 0;
  };
  const app = new Hono().use(rateLimit(take)).get("/", (c) => c.text("ok"));
  const addresses = [
    "10.0.0.7",
    "::ffff:10.0.0.7",
    "2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2::1",
    "2001:db8::1",
  ];
  for (const hostname of addresses) {
    await app.request("/", {}, { remoteAddr: { hostname } });
  }
  deepEqual(clients, [
    "10.0.0.7",
    "::ffff:10.0.0.7",
    "2001:db8:1:2",
    "2001:db8:1:2",
    "2001:db8:0:0",
  ]);
});
