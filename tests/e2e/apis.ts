/**
 * The two APIs the proxy may use for its upstream.
 *
 * @module
 */
import type { ApiPath } from "../../src/demo/api.ts";
import type { Settings } from "./proxy_process.ts";

/** The settings for each API: Responses as for OpenAI itself. */
export const API_SETTINGS: Record<ApiPath, Settings> = {
  "chat/completions": {
    UPSTREAM_API: "chat",
    BIG_MODEL_NAME: "big-model",
    SMALL_MODEL_NAME: "small-model",
  },
  responses: {
    UPSTREAM_API: "responses",
    UPSTREAM_DIALECT: "openai",
    BIG_MODEL_NAME: "gpt-5.6-sol",
    SMALL_MODEL_NAME: "gpt-5.4-mini",
  },
};

/** Creates a test for each API. */
export function testByEachApi(
  name: string,
  run: (api: ApiPath) => Promise<void>,
): void {
  for (const api of ["chat/completions", "responses"] as const) {
    Deno.test(`${name} (/${api})`, () => run(api));
  }
}
