/**
 * Messages and their blocks as clients send them, and tools. A block of an
 * unknown type is kept whole; a malformed block of a known type is an error.
 *
 * @see {@link https://platform.claude.com/docs/en/api/messages}
 * @module
 */
import { z } from "zod";

export const Text = z.looseObject({
  type: z.literal("text"),
  text: z.string(),
});

const MediaSource = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("base64"),
    media_type: z.string(),
    data: z.string(),
  }),
  z.looseObject({ type: z.literal("url"), url: z.string() }),
  z.looseObject({ type: z.literal("file"), file_id: z.string() }),
]);

const Image = z.looseObject({ type: z.literal("image"), source: MediaSource });

const Citations = z.looseObject({ enabled: z.boolean().nullish() });

const Document = z.looseObject({
  type: z.literal("document"),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: Citations.nullish(),
  source: z.discriminatedUnion("type", [
    ...MediaSource.options,
    z.looseObject({ type: z.literal("text"), data: z.string() }),
    z.looseObject({
      type: z.literal("content"),
      content: z.union([
        z.string(),
        z.array(z.discriminatedUnion("type", [Text, Image])),
      ]),
    }),
  ]),
});

const SearchResult = z.looseObject({
  type: z.literal("search_result"),
  title: z.string(),
  source: z.string(),
  content: z.array(Text),
  citations: Citations.nullish(),
});

const ToolReference = z.looseObject({
  type: z.literal("tool_reference"),
  tool_name: z.string(),
});

export const ToolUse = z.looseObject({
  type: z.literal("tool_use"),
  id: z.string(),
  name: z.string(),
  input: z.unknown().optional(), // absent input means {}
});

const Thinking = z.looseObject({
  type: z.literal("thinking"),
  thinking: z.string(),
  signature: z.string().nullish(), // absent if another proxy made the block
});

const RedactedThinking = z.looseObject({
  type: z.literal("redacted_thinking"),
  data: z.string(),
});

/** Custom tools have no `type` or `custom`; all others are Anthropic's own. */
export const Tool = z.looseObject({
  type: z.string().nullish(),
  name: z.string().optional(), // mcp_toolset has none
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()).optional(),
  strict: z.boolean().nullish(),
  defer_loading: z.boolean().nullish(),
  max_uses: z.int().nullish(), // of web_search, like the next three
  allowed_domains: z.array(z.string()).nullish(),
  blocked_domains: z.array(z.string()).nullish(),
  user_location: z.record(z.string(), z.unknown()).nullish(),
});

/** An object of an unknown type: kept whole, never an error. */
function unknownOf(schemas: readonly { shape: { type: z.ZodLiteral } }[]) {
  const known = new Set(schemas.flatMap(({ shape }) => [...shape.type.values]));
  return z
    .looseObject({ type: z.string().refine((type) => !known.has(type)) })
    .transform((original) => ({ type: "unknown" as const, original }));
}

const CHANGED_TOOLS = [
  z.looseObject({ type: z.literal("tool_reference"), name: z.string() }),
  z.looseObject({ type: z.literal("tool_definition"), definition: Tool }),
] as const;

/** The tool a change is about; MCP servers' tools are unknown here. */
const ChangedTool = z.union([
  z.discriminatedUnion("type", CHANGED_TOOLS),
  unknownOf(CHANGED_TOOLS),
]);

const ToolAddition = z.looseObject({
  type: z.literal("tool_addition"),
  tool: ChangedTool,
});

const ToolRemoval = z.looseObject({
  type: z.literal("tool_removal"),
  tool: ChangedTool,
});

const ToolChange = z.discriminatedUnion("type", [ToolAddition, ToolRemoval]);

/** A summary that replaces everything said before it. */
const Compaction = z.looseObject({
  type: z.literal("compaction"),
  content: z.string().nullish(), // null: the compaction failed, there is no summary
  tool_changes: z.array(ToolChange).nullish(),
});

const RESULT_CONTENT = [
  Text,
  Image,
  Document,
  SearchResult,
  ToolReference,
] as const;

const ToolResultContent = z.union([
  z.discriminatedUnion("type", RESULT_CONTENT),
  unknownOf(RESULT_CONTENT),
]);

const ToolResult = z.looseObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(ToolResultContent)]).nullish(),
  is_error: z.boolean().nullish(),
});

const BLOCKS = [
  Text,
  Image,
  Document,
  SearchResult,
  ToolUse,
  ToolResult,
  Thinking,
  RedactedThinking,
  ToolAddition,
  ToolRemoval,
  Compaction,
] as const;

export const Block = z.union([
  z.discriminatedUnion("type", BLOCKS),
  unknownOf(BLOCKS),
]);

export const Message = z.looseObject({
  role: z.enum(["user", "assistant", "system"]),
  content: z.union([z.string(), z.array(Block)]),
});

export type Message = z.infer<typeof Message>;
export type Block = z.infer<typeof Block>;
export type Document = z.infer<typeof Document>;
export type ToolUse = z.infer<typeof ToolUse>;
export type ToolResult = z.infer<typeof ToolResult>;
export type ToolResultContent = z.infer<typeof ToolResultContent>;
export type Tool = z.infer<typeof Tool>;
export type ToolChange = z.infer<typeof ToolChange>;
