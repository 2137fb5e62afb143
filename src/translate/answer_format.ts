import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { isClosed, toKnownSchema } from "./json_schema.ts";

/** The answer's required form: any JSON object, or one matching a schema. */
export type AnswerFormat = { type: "json_object" } | {
  type: "json_schema";
  name: string;
  schema: Record<string, unknown>;
  strict: boolean;
};

type Asked = Pick<MessagesRequest, "output_config" | "output_format">;

/** The JSON schema the answer must match, if the client gave one. */
export function askedSchema(
  { output_config, output_format }: Asked,
): Record<string, unknown> | undefined {
  return (output_config?.format ?? output_format)?.schema;
}

/** The format to request from the upstream; `null`: any text is fine. */
export function toAnswerFormat(
  request: Asked,
  capabilities: Pick<Capabilities, "jsonSchema" | "schemas">,
): AnswerFormat | null {
  const asked = askedSchema(request);
  if (!asked) return null;
  if (!capabilities.jsonSchema) return { type: "json_object" };
  const schema = toKnownSchema(asked, capabilities);
  const strict = schema.type === "object" && isClosed(schema); // OpenAI's conditions
  return { type: "json_schema", name: "response", schema, strict };
}
