import { strictEqual as equal } from "node:assert";
import { Hono } from "hono";
import { toApiError } from "../anthropic/errors.ts";
import { Secret } from "../secret.ts";
import { adminOnly } from "./admin_only.ts";

async function statusOf(
  keys: Secret[],
  { hostname, ...headers }: { hostname?: string; "x-api-key"?: string },
): Promise<number> {
  const app = new Hono().use(adminOnly(keys)).get("/", (c) => c.text("ok"))
    .onError((error, c) => c.json({}, toApiError(error).status as 403));
  const remoteAddr = hostname && { hostname, port: 1, transport: "tcp" };
  const { status } = await app.request("/", { headers }, { remoteAddr });
  return status;
}

Deno.test("adminOnly() lets this machine in where there are no keys", async () => {
  equal(await statusOf([], { hostname: "127.0.0.1" }), 200);
  equal(await statusOf([], { hostname: "::1" }), 200);
  equal(await statusOf([], { hostname: "::ffff:127.0.0.1" }), 200);
  equal(await statusOf([], { hostname: "10.0.0.7" }), 403);
  equal(await statusOf([], {}), 403);
});

Deno.test("adminOnly() wants a key where there are some, of this machine too", async () => {
  const keys = [new Secret("k")];
  equal(await statusOf(keys, { hostname: "127.0.0.1" }), 401);
  equal(await statusOf(keys, { hostname: "10.0.0.7", "x-api-key": "k" }), 200);
});
