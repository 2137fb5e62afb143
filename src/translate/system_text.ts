import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { askedSchema } from "./answer_format.ts";

/** How Claude Code's billing line begins; it changes with every request. */
export const BILLING_LINE = "x-anthropic-billing-header:";

/**
 * The system prompt as one text, empty if there is none. The billing line is
 * removed: it would invalidate the upstream's prompt cache on every turn
 * (claude-code#68900). For upstreams without JSON schemas, the answer's schema
 * is included.
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

/** For upstreams with JSON but no schemas; they require the word "JSON". */
function schemaInWords(schema: unknown): string {
  const text = JSON.stringify(schema);
  return `Answer with a JSON object that matches this JSON schema:\n${text}`;
}
