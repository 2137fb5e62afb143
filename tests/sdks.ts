/**
 * Both majors of the official SDK, and their requests.
 *
 * @module
 */
import { match, ok } from "node:assert";
import Anthropic, { type ClientOptions } from "@anthropic-ai/sdk";
import Anthropic0 from "@anthropic-ai/sdk-0";
import type { Proxy } from "./support.ts";

export type Sdk = typeof Anthropic;

/**
 * The methods tests call are alike in both; their types differ only in beta
 * parts.
 */
export const SDKS: Record<string, Sdk> = {
  "SDK 1.12": Anthropic,
  "SDK 0.137": Object(Anthropic0),
};

/** A question. */
export const ASKED = {
  model: "claude-sonnet-5",
  max_tokens: 1024,
  messages: [{ role: "user" as const, content: "Hello" }],
};

/** A client of the proxy that does not retry. */
export function connect(
  sdk: Sdk,
  { url }: Pick<Proxy, "url">,
  options: ClientOptions = {},
): Anthropic {
  return new sdk({ apiKey: "any", baseURL: url, maxRetries: 0, ...options });
}

/** The error with which the SDK rejects; it knows the request's id. */
export async function errorOf(
  sdk: Sdk,
  call: Promise<unknown>,
): Promise<InstanceType<Sdk["APIError"]>> {
  const error = await call.then(() => undefined, (thrown: unknown) => thrown);
  ok(error instanceof sdk.APIError, `Not an APIError: ${error}`);
  match(error.requestID ?? "", /^req_\w+/);
  return error;
}
