import { Hono } from "hono";
import { parsePrompt } from "../anthropic/request.ts";
import type { TokenCounter } from "../tokens/counter.ts";
import { promptParts } from "../tokens/prompt.ts";
import { readJson } from "./read_json.ts";

/** `POST /v1/messages/count_tokens`: counted here, off the event loop. */
export function countTokensRoute(
  { tokens }: { tokens: TokenCounter },
): Hono {
  return new Hono().post("/v1/messages/count_tokens", async (c) => {
    const prompt = parsePrompt(await readJson(c.req.raw));
    const { texts, fixedTokens } = promptParts(prompt);
    const input_tokens = fixedTokens + await tokens.count(texts);
    return c.json({ input_tokens });
  });
}
