/**
 * What clients send to the Messages API. Schemas validate what translation
 * reads and let everything else through: an unknown field, block or tool type
 * never fails a request, a malformed known one does.
 *
 * @see {@link https://platform.claude.com/docs/en/api/messages}
 * @module
 */
import { z } from "zod";
import * as blocks from "./blocks.ts";
import { isCommonMessage, isCommonTool } from "./common_parts.ts";
import { sinceCompaction } from "./compaction.ts";
import { ApiError } from "./errors.ts";

/** The Messages API's limit. */
const MAX_MESSAGES = 100_000;

const InputMessage = z.union([
  z.custom<blocks.Message>(isCommonMessage),
  blocks.Message,
]);

const Tool = z.union([
  z.custom<blocks.Tool>(isCommonTool),
  blocks.Tool,
]);

const ToolChoice = z.looseObject({
  type: z.enum(["auto", "any", "tool", "none"]),
  name: z.string().optional(),
  disable_parallel_tool_use: z.boolean().nullish(),
});

const JsonSchemaFormat = z.looseObject({
  type: z.literal("json_schema"),
  schema: z.record(z.string(), z.unknown()),
});

/** What `count_tokens` reads: the part of a request that costs input tokens. */
const Prompt = z.looseObject({
  model: z.string().min(1),
  messages: z.array(InputMessage).min(1).max(MAX_MESSAGES),
  system: z.union([z.string(), z.array(blocks.Text)]).nullish(),
  tools: z.array(Tool).nullish(),
});

const MessagesRequest = Prompt.extend({
  max_tokens: z.int().min(0),
  stream: z.boolean().nullish(),
  tool_choice: ToolChoice.nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.int().nullish(),
  thinking: z.looseObject({
    type: z.string(), // enabled, adaptive, disabled, between_tools
    budget_tokens: z.int().nullish(),
    display: z.string().nullish(), // summarized, omitted, updates
  }).nullish(),
  output_config: z.looseObject({
    effort: z.string().nullish(),
    format: JsonSchemaFormat.nullish(),
  }).nullish(),
  output_format: JsonSchemaFormat.nullish(), // deprecated name of output_config.format
  service_tier: z.string().nullish(), // auto, standard_only
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
  context_management: z.unknown().optional(),
  container: z.unknown().optional(),
  mcp_servers: z.array(z.unknown()).nullish(),
  thread: z.unknown().optional(),
  safeguards: z.unknown().optional(),
  compaction: z.unknown().optional(),
});

/** A validated body of `POST /v1/messages`. */
export type MessagesRequest = z.infer<typeof MessagesRequest>;
/** A validated body of `POST /v1/messages/count_tokens`. */
export type Prompt = z.infer<typeof Prompt>;
export type InputMessage = z.infer<typeof InputMessage>;
export type Block = blocks.Block;
export type ToolUse = blocks.ToolUse;
export type ToolResult = blocks.ToolResult;
export type ToolResultContent = blocks.ToolResultContent;
export type Tool = blocks.Tool;
export type ToolChoice = z.infer<typeof ToolChoice>;

/**
 * Validates the body of `POST /v1/messages`. What a `compaction` block
 * summarizes is left out.
 *
 * @throws {ApiError} `invalid_request_error` naming the first bad field, e.g.
 * `messages.0.role: …`.
 */
export function parseMessagesRequest(json: unknown): MessagesRequest {
  return withoutCompacted(parse(MessagesRequest, json));
}

/**
 * Validates the body of `POST /v1/messages/count_tokens`.
 *
 * @throws {ApiError} `invalid_request_error` naming the first bad field.
 */
export function parsePrompt(json: unknown): Prompt {
  return withoutCompacted(parse(Prompt, json));
}

/**
 * Limit on messages, blocks and tools in one request. The API takes 100,000
 * messages; each malformed block costs 10 µs, as zod always checks all.
 */
const MAX_ITEMS = 200_000;

function countItems(json: unknown): number {
  const { messages, system, tools } = Object(json);
  const lists: unknown[] = Array.isArray(messages) ? messages : [];
  return [messages, system, tools, ...lists.map((it) => Object(it).content)]
    .reduce((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}

function withoutCompacted<P extends Prompt>(prompt: P): P {
  return { ...prompt, messages: sinceCompaction(prompt.messages) };
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  if (countItems(json) > MAX_ITEMS) {
    throw new ApiError(
      "invalid_request_error",
      `messages: expected at most ${MAX_ITEMS} messages, blocks and tools`,
    );
  }
  const result = schema.safeParse(json, { reportInput: true });
  if (result.success) return result.data;
  throw new ApiError("invalid_request_error", describe(result.error), {
    cause: result.error,
  });
}

/** The first issue in the real API's wording: `max_tokens: Field required`. */
function describe(error: z.ZodError): string {
  const { path, issue } = deepest(error.issues);
  const field = path.join(".");
  if (field === "") return "Request body must be a JSON object";
  if (issue && issue.input === undefined) return `${field}: Field required`;
  if (issue?.code === "too_small" && field === "messages") {
    return "messages: at least one message is required";
  }
  return `${field}: ${issue?.message ?? "Invalid value"}`;
}

interface Located {
  path: PropertyKey[];
  issue: z.core.$ZodIssue | undefined;
}

/**
 * Follows a failed union into the branch that got furthest, so that the client
 * reads which field of its block is wrong instead of "Invalid input".
 */
function deepest(issues: readonly z.core.$ZodIssue[]): Located {
  const issue = issues[0];
  if (issue?.code !== "invalid_union") {
    return { path: [...issue?.path ?? []], issue };
  }
  // That it is not a common part is not what is wrong with it.
  const branches = issue.errors
    .filter(([first]) => first?.code !== "custom" || first.path.length > 0)
    .map((branch) => deepest(branch));
  const best = branches.length === 1
    ? branches[0]
    : branches.filter(({ path }) => path.length > 0)
      .toSorted((a, b) => b.path.length - a.path.length)[0];
  if (!best) return { path: [...issue.path], issue };
  return { path: [...issue.path, ...best.path], issue: best.issue };
}
