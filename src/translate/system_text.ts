import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { askedSchema } from "./answer_format.ts";

/** How Claude Code's billing line begins; it changes with every request. */
export const BILLING_LINE = "x-anthropic-billing-header:";

/**
 * The system prompt as one text, empty where there is none. The billing line is
 * left out: it would empty the upstream's prompt cache on every turn
 * (claude-code#68900). For upstreams that know no JSON schemas, the one the
 * answer must match is told here.
 */
export function toSystemText(
  request: MessagesRequest,
  capabilities: Pick<Capabilities, "jsonSchema">,
): string {
  const blocks = toSystemBlocks(request, capabilities);
  return blocks.map(({ text }) => text).join("\n\n");
}

/** The same in the client's blocks. */
export function toSystemBlocks(
  request: MessagesRequest,
  { jsonSchema }: Pick<Capabilities, "jsonSchema">,
): ({ text: string } & Record<string, unknown>)[] {
  const { system } = request;
  const blocks = typeof system === "string"
    ? [{ text: system }]
    : [...system ?? []];
  const schema = jsonSchema ? undefined : askedSchema(request);
  if (schema) blocks.push({ type: "text", text: schemaInWords(schema) });
  return blocks.filter(({ text }) =>
    text !== "" && !text.startsWith(BILLING_LINE)
  );
}

/** For upstreams that promise JSON but know no schemas; they insist on the word. */
function schemaInWords(schema: unknown): string {
  const text = JSON.stringify(schema);
  return `Answer with a JSON object that matches this JSON schema:\n${text}`;
}
