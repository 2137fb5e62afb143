/**
 * The items a Responses request may contain as the conversation so far. Fields
 * unknown to OpenAI are refused at every depth. Pure.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/create}
 * @module
 */
import { z } from "zod";

const Name = z.string().regex(/^[a-zA-Z0-9_-]+$/).max(128);

const Status = z.enum(["in_progress", "completed", "incomplete"]).nullish();

const Breakpoint = z.looseObject({}).optional();

/** An id made by OpenAI, which begins with the kind of thing it identifies. */
function id(prefix: string): z.ZodOptional<z.ZodNullable<z.ZodString>> {
  return z.string().regex(new RegExp(`^${prefix}_`)).max(64).nullish();
}

const InputText = z.strictObject({
  type: z.literal("input_text"),
  text: z.string(),
  prompt_cache_breakpoint: Breakpoint,
});

const InputImage = z.strictObject({
  type: z.literal("input_image"),
  image_url: z.string().regex(/^(https?:|data:image\/)/).nullish(),
  file_id: z.string().nullish(),
  detail: z.enum(["auto", "low", "high", "original"]).nullish(),
  prompt_cache_breakpoint: Breakpoint,
});

const InputFile = z.strictObject({
  type: z.literal("input_file"),
  filename: z.string().nullish(),
  file_data: z.string().regex(/^data:/).nullish(),
  file_url: z.string().regex(/^https?:/).nullish(),
  file_id: z.string().nullish(),
  detail: z.enum(["auto", "low", "high"]).nullish(),
  prompt_cache_breakpoint: Breakpoint,
});

const OutputText = z.strictObject({
  type: z.literal("output_text"),
  text: z.string(),
  annotations: z.array(z.looseObject({ type: z.string() })).nullish(),
  logprobs: z.array(z.looseObject({})).nullish(),
});

const Refusal = z.strictObject({
  type: z.literal("refusal"),
  refusal: z.string(),
});

/** A part of a message that is not the model's. */
export const InputPart = z.discriminatedUnion("type", [
  InputText,
  InputImage,
  InputFile,
]);

/** A part of the model's message. */
export const OutputPart = z.discriminatedUnion("type", [OutputText, Refusal]);

const InputMessage = z.strictObject({
  type: z.literal("message").optional(),
  role: z.enum(["user", "system", "developer"]),
  content: z.union([z.string(), z.array(InputPart).min(1)]),
  status: Status,
});

const OutputMessage = z.strictObject({
  type: z.literal("message").optional(),
  id: id("msg"),
  role: z.literal("assistant"),
  content: z.union([z.string(), z.array(OutputPart)]),
  status: Status,
  phase: z.enum(["commentary", "final_answer"]).nullish(),
});

const Reasoning = z.strictObject({
  type: z.literal("reasoning"),
  id: id("rs"),
  summary: z.array(
    z.strictObject({ type: z.literal("summary_text"), text: z.string() }),
  ),
  content: z.array(
    z.strictObject({ type: z.literal("reasoning_text"), text: z.string() }),
  ).nullish(),
  encrypted_content: z.string().nullish(),
  status: Status,
});

const FunctionCall = z.strictObject({
  type: z.literal("function_call"),
  id: id("fc"),
  call_id: z.string().min(1).max(64),
  name: Name,
  arguments: z.string(),
  status: Status,
});

const FunctionCallOutput = z.strictObject({
  type: z.literal("function_call_output"),
  id: id("fc"),
  call_id: z.string().min(1).max(64),
  output: z.union([z.string(), z.array(InputPart)]),
  status: Status,
});

const WebSearchCall = z.strictObject({
  type: z.literal("web_search_call"),
  id: z.string().regex(/^ws_/),
  action: z.looseObject({ type: z.string() }),
  status: z.string(),
});

/** Item shapes by type; messages by role, below. */
export const ITEMS = {
  reasoning: Reasoning,
  function_call: FunctionCall,
  function_call_output: FunctionCallOutput,
  web_search_call: WebSearchCall,
} as const;

/** Message shapes: the model's, and everyone else's. */
export const MESSAGES = {
  input: InputMessage,
  output: OutputMessage,
} as const;

/** A part of a message that is not the model's. */
export type InputPart = z.infer<typeof InputPart>;
/** A part of the model's message. */
export type OutputPart = z.infer<typeof OutputPart>;

/** One item of the conversation so far. */
export type InputItem =
  | z.infer<typeof InputMessage>
  | z.infer<typeof OutputMessage>
  | z.infer<typeof Reasoning>
  | z.infer<typeof FunctionCall>
  | z.infer<typeof FunctionCallOutput>
  | z.infer<typeof WebSearchCall>;
