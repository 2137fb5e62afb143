/**
 * The parameters of a Responses request; others are refused. Pure.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/create}
 * @module
 */
import { z } from "zod";
import { EFFORTS } from "../../openai/capabilities.ts";

const Name = z.string().regex(/^[a-zA-Z0-9_-]+$/).max(64);

const Schema = z.looseObject({ type: z.literal("object") });

const FunctionTool = z.strictObject({
  type: z.literal("function"),
  name: Name,
  description: z.string().nullish(),
  parameters: Schema.nullish(),
  strict: z.boolean().nullish(),
  defer_loading: z.boolean().optional(),
});

const WebSearchTool = z.strictObject({
  type: z.enum(["web_search", "web_search_2025_08_26"]),
  filters: z.strictObject({
    allowed_domains: z.array(z.string()).max(100).nullish(),
  }).nullish(),
  user_location: z.strictObject({
    type: z.literal("approximate").optional(),
    city: z.string().nullish(),
    country: z.string().nullish(),
    region: z.string().nullish(),
    timezone: z.string().nullish(),
  }).nullish(),
  search_context_size: z.enum(["low", "medium", "high"]).optional(),
  external_web_access: z.boolean().optional(),
});

const ToolChoice = z.union([
  z.enum(["auto", "none", "required"]),
  z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("function"), name: z.string() }),
    z.strictObject({
      type: z.literal("allowed_tools"),
      mode: z.enum(["auto", "required"]),
      tools: z.array(
        z.looseObject({ type: z.string(), name: z.string().optional() }),
      ).min(1),
    }),
  ]),
]);

const Format = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(["text", "json_object"]) }),
  z.strictObject({
    type: z.literal("json_schema"),
    name: Name,
    description: z.string().optional(),
    schema: z.looseObject({}),
    strict: z.boolean().nullish(),
  }),
]);

/** A Responses request except its items, which are checked one by one. */
export const RequestShape = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.looseObject({}))]),
  instructions: z.string().nullish(),
  tools: z.array(z.discriminatedUnion("type", [FunctionTool, WebSearchTool]))
    .nullish(),
  tool_choice: ToolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  max_output_tokens: z.int().min(16).nullish(),
  max_tool_calls: z.int().min(1).nullish(),
  reasoning: z.strictObject({
    effort: z.enum(EFFORTS).nullish(),
    summary: z.enum(["auto", "concise", "detailed"]).nullish(),
  }).nullish(),
  text: z.strictObject({
    format: Format.optional(),
    verbosity: z.enum(["low", "medium", "high"]).nullish(),
  }).optional(),
  include: z.array(z.enum([
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
  ])).nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({
    include_obfuscation: z.boolean().optional(),
  }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
  prompt_cache_key: z.string().max(64).nullish(),
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
  prompt_cache_options: z.looseObject({}).optional(),
  safety_identifier: z.string().max(128).nullish(),
  service_tier: z.enum(["auto", "default", "flex", "scale", "priority", "fast"])
    .nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  previous_response_id: z.string().nullish(),
  background: z.boolean().nullish(),
  user: z.string().optional(),
});
