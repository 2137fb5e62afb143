/**
 * The types OpenAI requires in a chat request. Unknown fields are allowed: each
 * dialect has its own. Pure.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/create}
 * @module
 */
import { z } from "zod";

/** OpenAI's rule for names of tools and schemas, apart from length. */
const NAME = /^[a-zA-Z0-9_-]+$/;

const Name = z.string().regex(NAME).max(64);

const TextPart = z.looseObject({ type: z.literal("text"), text: z.string() });

const UserPart = z.discriminatedUnion("type", [
  TextPart,
  z.looseObject({
    type: z.literal("image_url"),
    image_url: z.looseObject({ url: z.string() }),
  }),
  z.looseObject({ type: z.literal("file"), file: z.looseObject({}) }),
]);

const Text = z.union([z.string(), z.array(TextPart).min(1)]);

const ToolCall = z.looseObject({
  id: z.string().max(40),
  type: z.literal("function"),
  function: z.looseObject({ name: Name, arguments: z.string() }),
});

const Message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer"]), content: Text }),
  z.looseObject({
    role: z.literal("user"),
    content: z.union([z.string(), z.array(UserPart).min(1)]),
  }),
  z.looseObject({
    role: z.literal("assistant"),
    content: Text.nullish(),
    tool_calls: z.array(ToolCall).min(1).optional(),
  }),
  z.looseObject({
    role: z.literal("tool"),
    tool_call_id: z.string(),
    content: Text,
  }),
]);

const Tool = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: Name,
    description: z.string().optional(),
    parameters: z.looseObject({ type: z.literal("object") }).optional(),
  }),
});

const ToolChoice = z.union([
  z.enum(["auto", "none", "required"]),
  z.looseObject({
    type: z.literal("function"),
    function: z.looseObject({ name: z.string() }),
  }),
]);

const ResponseFormat = z.discriminatedUnion("type", [
  z.looseObject({ type: z.enum(["text", "json_object"]) }),
  z.looseObject({
    type: z.literal("json_schema"),
    json_schema: z.looseObject({ name: Name, schema: z.looseObject({}) }),
  }),
]);

/** A chat request that is well-formed field by field. */
export const RequestShape = z.looseObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  tools: z.array(Tool).min(1).optional(),
  tool_choice: ToolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: ResponseFormat.optional(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({}).nullish(),
});
