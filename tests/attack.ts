/**
 * Attacks on the proxy, and the expected answers.
 *
 * @module
 */
import { ok, strictEqual as equal } from "node:assert";
import type { Proxy } from "./support.ts";

/** An attack's name, how it is made, and the answer it must get. */
export interface Attack {
  name: string;
  send: (proxy: Proxy) => Promise<Response>;
  status: number;
  /** `error.type` of the answer. */
  type: string;
  /** What the message must contain. */
  tells: RegExp;
}

/** Makes an attack; the answer is an error a client can read. */
export async function check(
  proxy: Proxy,
  { send, status, type, tells }: Attack,
): Promise<void> {
  const response = await send(proxy);
  const text = await response.text();
  equal(response.status, status, text);
  const { error, request_id } = JSON.parse(text);
  equal(error.type, type);
  ok(tells.test(error.message), error.message);
  equal(response.headers.get("request-id"), request_id);
  equal(/\bat .*\.ts:\d+|node_modules|\/src\//.test(text), false, text);
}

/** Posts bytes unchanged. */
export function post(
  { url }: Pick<Proxy, "url">,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/v1/messages`, { method: "POST", headers, body });
}

/**
 * Writes HTTP/1.1 by hand, where `fetch` refuses; returns what comes back
 * first, head and body as far as they arrived together.
 */
export async function speak(
  { url }: Pick<Proxy, "url">,
  text: string,
): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(16 * 1024);
  const length = await connection.read(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length));
}

/** Posts a request with any host name, which `fetch` does not allow. */
export async function postTo(
  proxy: Pick<Proxy, "url">,
  host: string,
): Promise<Response> {
  const body = valid();
  const answer = await speak(
    proxy,
    `POST /v1/messages HTTP/1.1\r\nHost: ${host}\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  const [head = "", text = ""] = answer.split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  return new Response(text, {
    status: Number(line.split(" ")[1]),
    headers: fields.map((field): [string, string] => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  });
}

/** A valid request's body. */
export function valid(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({
    model: "claude-sonnet-5",
    max_tokens: 9,
    messages: [{ role: "user", content: "hi" }],
    ...fields,
  });
}
