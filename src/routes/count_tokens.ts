import { Hono } from "hono";
import { parsePrompt } from "../anthropic/request.ts";
import type { ChooseTargets } from "../choose_targets.ts";
import type { PromptCounter } from "../tokens/count_prompt.ts";
import { estimatePrompt } from "../tokens/prompt.ts";
import { readJson } from "./read_json.ts";

/** What the route depends on. */
export interface CountTokensDeps {
  chooseTargets: ChooseTargets;
  prompts: Pick<PromptCounter, "count">;
}

/**
 * `POST /v1/messages/count_tokens`: counted here, off the event loop, the way
 * the model that would get the message counts.
 */
export function countTokensRoute(
  { chooseTargets, prompts }: CountTokensDeps,
): Hono {
  return new Hono().post("/v1/messages/count_tokens", async (c) => {
    const prompt = parsePrompt(await readJson(c.req.raw));
    const { targets: [target] } = chooseTargets({
      model: prompt.model,
      inputTokens: estimatePrompt(prompt),
      sessionId: c.req.header("x-claude-code-session-id"),
    });
    return c.json({ input_tokens: await prompts.count(prompt, target) });
  });
}
