/**
 * The network between the program and its upstreams, as in a company: proxies,
 * its own certificates, and connections that are kept for a while.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { fileURLToPath } from "node:url";
import { createDemoUpstream } from "../src/demo/upstream.ts";
import { type Settings, startProxyProcess } from "./e2e/proxy_process.ts";
import { testCertificate } from "./http2_upstream.ts";
import { postMessages } from "./support.ts";

const OPTIONS = { timeout: 60_000 };

const NODE_EXTRA_CA_CERTS = fileURLToPath(
  new URL("./fixtures/tls/ca.pem", import.meta.url),
);

/** The embedded upstream behind TLS. */
function serveSecurely() {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
    ...testCertificate(),
  }, createDemoUpstream().fetch);
  return {
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A proxy that connects to `port`, whatever host is requested. */
function serveConnectProxy(port: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: string[] = [];
  const sockets = new Set<Deno.Conn>();

  async function tunnel(client: Deno.Conn): Promise<void> {
    sockets.add(client);
    const buffer = new Uint8Array(4_096);
    const count = await client.read(buffer) ?? 0;
    const head = new TextDecoder().decode(buffer.subarray(0, count));
    asked.push(head.split(" HTTP/")[0] ?? "");
    const server = await Deno.connect({ port });
    sockets.add(server);
    await client.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
    await Promise.allSettled([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  }

  async function accept(): Promise<void> {
    const tunnels: Promise<void>[] = [];
    for await (const client of listener) tunnels.push(tunnel(client));
    await Promise.allSettled(tunnels);
  }

  const done = accept();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    /** First lines of the requests. */
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const socket of sockets) {
        try {
          socket.close();
        } catch {
          // Its streams have closed it.
        }
      }
      await done;
    },
  };
}

/**
 * Sends one request to a proxy process; returns the status and the error's
 * message.
 */
async function ask(
  environment: Settings,
): Promise<{ status: number; message: string | undefined }> {
  const { signal } = new AbortController();
  await using proxy = await startProxyProcess({
    signal,
    environment: {
      OPENAI_API_KEY: "sk-test",
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
      ...environment,
    },
  });
  const response = await postMessages(proxy, {});
  const { error } = await response.json();
  return { status: response.status, message: error?.message };
}

Deno.test(
  "upstreams are reached through HTTPS_PROXY, by names only it knows",
  OPTIONS,
  async () => {
    await using upstream = serveSecurely();
    await using connect = serveConnectProxy(upstream.port);
    const OPENAI_BASE_URL = "https://localhost:4443/v1";
    const settings = { OPENAI_BASE_URL, NODE_EXTRA_CA_CERTS };
    const through = await ask({ ...settings, HTTPS_PROXY: connect.url });
    equal(through.status, 200);
    deepEqual(connect.asked, ["CONNECT localhost:4443"]);
  },
);

Deno.test(
  "upstreams named in NO_PROXY are reached directly",
  OPTIONS,
  async () => {
    await using upstream = serveSecurely();
    await using connect = serveConnectProxy(upstream.port);
    const { status } = await ask({
      OPENAI_BASE_URL: `https://localhost:${upstream.port}/v1`,
      NODE_EXTRA_CA_CERTS,
      HTTPS_PROXY: connect.url,
      NO_PROXY: "localhost",
    });
    equal(status, 200);
    deepEqual(connect.asked, []);
  },
);

Deno.test(
  "an upstream with a certificate nobody vouches for is not trusted",
  OPTIONS,
  async () => {
    await using upstream = serveSecurely();
    const OPENAI_BASE_URL = `https://localhost:${upstream.port}/v1`;
    const { status, message } = await ask({ OPENAI_BASE_URL });
    equal(status, 502);
    match(message ?? "", /TLS failed/);
  },
);

Deno.test(
  "an unused connection is closed after POOL_KEEPALIVE_EXPIRY",
  OPTIONS,
  async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const answer = new TextEncoder().encode(
      "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
    );
    const closed = (async () => {
      using connection = await listener.accept();
      const buffer = new Uint8Array(64 * 1024);
      await connection.read(buffer);
      await connection.write(answer);
      while (await connection.read(buffer) !== null);
    })();
    await using parts = new AsyncDisposableStack();
    parts.defer(() => listener.close());
    const { signal } = new AbortController();
    const proxy = parts.use(
      await startProxyProcess({
        signal,
        environment: {
          OPENAI_BASE_URL: `http://127.0.0.1:${listener.addr.port}/v1`,
          BIG_MODEL_NAME: "big",
          SMALL_MODEL_NAME: "small",
          POOL_KEEPALIVE_EXPIRY: "0.2",
        },
      }),
    );
    const response = await postMessages(proxy, {});
    equal(response.status, 400);
    await response.body?.cancel();
    await closed; // otherwise the test takes too long
  },
);
