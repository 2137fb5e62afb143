import type { InputMessage } from "../../src/anthropic/request.ts";
import { openai } from "../../src/dialects/openai.ts";
import { toTarget } from "../../src/models/select_target.ts";
import { translateHistory } from "../../src/translate/history.ts";
import { Notices } from "../../src/translate/notices.ts";

const upstream = {
  name: "bench",
  url: "",
  keys: [],
  api: "chat" as const,
  dialect: openai,
};
const { capabilities } = toTarget(upstream, "gpt-5");

/** Translates messages to Chat Completions, as for GPT-5. */
export function convert(messages: InputMessage[]): unknown {
  return translateHistory(messages, {
    capabilities,
    origin: { dialect: openai.name, model: "gpt-5" },
    notices: new Notices(),
  });
}
