/**
 * Generated Messages requests: valid ones, and mutated ones.
 *
 * @module
 */
import fc from "fast-check";

type Json = Record<string, unknown>;

/**
 * Words with a special meaning somewhere, and any text, including lone
 * surrogates.
 */
const words = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "hi",
    "x-anthropic-billing-header: a;",
    "<think>a</think>",
    "error",
    "\ud800",
    "日本 😀",
    "__proto__",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);

const toolName = fc.oneof(
  fc.constantFrom(
    "Bash",
    "Read",
    "DeferredToolPlaceholder",
    "n".repeat(90),
    "a.b c",
    "constructor",
    "__proto__",
  ),
  fc.stringMatching(/^[\w-]{1,20}$/),
);

const toolId = fc.constantFrom("toolu_1", "toolu_2", "call_0", "", "a:b/é");

const value = fc.jsonValue({ maxDepth: 3 });

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(arbitrary, { nil: null, freq: 2 });
}

/** A block of a type with some or all of its fields. */
function block(
  type: string,
  fields: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Json> {
  return fc.record({ type: fc.constant(type), ...fields });
}

const text = block("text", { text: words });

const source = fc.oneof(
  block("base64", {
    media_type: fc.constantFrom("image/png", "application/pdf", ""),
    data: fc.constantFrom("", "aGk=", "JVBERi0=", "%%%"),
  }),
  block("url", { url: fc.constantFrom("https://example.com/a", "", "a:b") }),
  block("file", { file_id: words }),
);

const image = block("image", { source });

const document = fc.record({
  type: fc.constant("document"),
  title: optional(words),
  context: optional(words),
  source: fc.oneof(
    source,
    block("text", { data: words }),
    block("content", { content: fc.oneof(words, fc.array(text)) }),
  ),
});

const searchResult = block("search_result", {
  title: words,
  source: words,
  content: fc.array(text, { maxLength: 2 }),
});

const reference = block("tool_reference", { tool_name: toolName });

const unknown = block("from_the_future", { content: value });

const server = fc.oneof(
  block("server_tool_use", {
    id: words,
    name: fc.constant("web_search"),
    input: value,
  }),
  block("web_search_tool_result", { tool_use_id: words, content: value }),
);

const toolResult = fc.record({
  type: fc.constant("tool_result"),
  tool_use_id: toolId,
  content: fc.oneof(
    fc.constant(null),
    words,
    fc.array(
      fc.oneof(text, image, document, searchResult, reference, unknown),
      { maxLength: 3 },
    ),
  ),
  is_error: optional(fc.boolean()),
});

const assistantBlock = fc.oneof(
  text,
  block("tool_use", { id: toolId, name: toolName, input: value }),
  block("thinking", {
    thinking: words,
    signature: fc.constantFrom("", "foreign", "ccproxy.1.", "ccproxy.1.AAAA"),
  }),
  block("redacted_thinking", { data: words }),
  server,
  unknown,
);

const userBlock = fc.oneof(
  text,
  toolResult,
  image,
  document,
  searchResult,
  unknown,
);

const message = fc.oneof(
  fc.record({
    role: fc.constant("user"),
    content: fc.oneof(words, fc.array(userBlock, { maxLength: 4 })),
  }),
  fc.record({
    role: fc.constant("assistant"),
    content: fc.oneof(words, fc.array(assistantBlock, { maxLength: 4 })),
  }),
  fc.record({
    role: fc.constant("system"),
    content: fc.oneof(words, fc.array(text, { maxLength: 2 })),
    clear_at: fc.constantFrom("next_user_message", "never"),
  }),
);

const leafSchema: fc.Arbitrary<Json> = fc.record({
  type: fc.constantFrom("object", "array", "string", "integer"),
  $ref: fc.constantFrom("#", "#/$defs/a", "https://example.com", ""),
  enum: fc.array(value, { maxLength: 2 }),
  const: value,
  maximum: fc.constant(Number.MAX_SAFE_INTEGER),
}, { requiredKeys: [] });

/** A schema of schemas, of sorts. */
function schemaOf(inner: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const named = (names: string[]) =>
    fc.dictionary(fc.constantFrom(...names), inner, { maxKeys: 2 });
  const nested = fc.record({
    type: fc.constantFrom("object", "array"),
    properties: named(["a", "b", "$ref"]),
    items: inner,
    required: fc.constant(["a"]),
    additionalProperties: fc.boolean(),
    anyOf: fc.array(inner, { maxLength: 2 }),
    $ref: fc.constantFrom("#", "#/$defs/a"),
    $defs: named(["a", "b"]),
  }, { requiredKeys: [] });
  return fc.oneof(leafSchema, nested);
}

const schema = schemaOf(schemaOf(schemaOf(leafSchema)));

const tool = fc.oneof(
  fc.record({
    name: toolName,
    description: optional(words),
    input_schema: schema,
    strict: optional(fc.boolean()),
    defer_loading: optional(fc.boolean()),
  }),
  fc.record({
    type: fc.constantFrom(
      "bash_20250124",
      "text_editor_20250728",
      "memory_20250818",
      "computer_20251124",
      "web_search_20250305",
      "tool_search_tool_regex",
      "mcp_toolset",
    ),
    name: toolName,
  }),
);

const fields = fc.record({
  system: fc.oneof(words, fc.array(text, { maxLength: 3 })),
  tools: fc.array(tool, { maxLength: 5 }),
  tool_choice: fc.record({
    type: fc.constantFrom("auto", "any", "tool", "none"),
    name: toolName,
    disable_parallel_tool_use: fc.boolean(),
  }, { requiredKeys: ["type"] }),
  stop_sequences: fc.array(words, { maxLength: 6 }),
  temperature: fc.double({ min: 0, max: 1, noNaN: true }),
  top_p: fc.double({ min: 0, max: 1, noNaN: true }),
  top_k: fc.nat(),
  thinking: fc.record({
    type: fc.constantFrom("enabled", "adaptive", "disabled", "between_tools"),
    budget_tokens: fc.nat(),
    display: fc.constantFrom("omitted", "summarized", "updates"),
  }, { requiredKeys: ["type"] }),
  output_config: fc.record({
    effort: fc.constantFrom("low", "medium", "high", "xhigh", "max", "odd"),
    format: fc.record({ type: fc.constant("json_schema"), schema }),
  }, { requiredKeys: [] }),
  metadata: fc.record({ user_id: optional(fc.oneof(words, fc.json())) }),
  context_management: fc.record({ edits: fc.array(value) }),
  service_tier: fc.constantFrom("auto", "standard_only"),
  mcp_servers: fc.constant([]),
  from_the_future: value,
}, { requiredKeys: [] });

/** Requests that match the API's schema, whether they make sense or not. */
export const validRequest: fc.Arbitrary<Json> = fc.tuple(
  fields,
  fc.record({
    model: fc.constantFrom("claude-sonnet-5", "claude-haiku-5", "gpt-5.6[1m]"),
    max_tokens: fc.nat({ max: 200_000 }),
    stream: fc.boolean(),
    messages: fc.array(message, { minLength: 1, maxLength: 8 }),
  }),
).map(([some, always]) => ({ ...some, ...always }));

/** A mutation of a value inside a request. */
interface Change {
  /** Which value: its number among all of them. */
  place: number;
  kind: "replace" | "delete" | "double" | "wrap";
  value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom("replace", "delete", "double", "wrap"),
  value: fc.oneof(
    fc.constantFrom<unknown>(
      null,
      "",
      0,
      -1,
      1e308,
      [],
      {},
      true,
      "x".repeat(99),
    ),
    value,
  ),
});

/** Bodies mutated from valid ones. */
export const mutatedBody: fc.Arbitrary<string> = fc.tuple(
  validRequest,
  fc.array(change, { minLength: 1, maxLength: 4 }),
  fc.option(fc.nat(), { freq: 9 }),
).map(([request, changes, cut]) => {
  let changed: unknown = structuredClone(request);
  for (const one of changes) changed = applied(changed, one);
  const body = JSON.stringify(changed) ?? "";
  return cut === null ? body : body.slice(0, cut % (body.length + 1));
});

/** Mutates one of all values, including the whole. */
function applied(whole: unknown, { place, kind, value }: Change): unknown {
  const slots: [holder: Json, key: string][] = [];
  const root: Json = { whole };
  collect(root, slots);
  const [holder, key] = slots[place % slots.length] ?? [root, "whole"];
  switch (kind) {
    case "replace":
      holder[key] = value;
      break;
    case "delete":
      delete holder[key];
      break;
    case "double":
      if (Array.isArray(holder)) holder.push(structuredClone(holder[key]));
      else holder[`${key}${key}`] = holder[key];
      break;
    case "wrap":
      holder[key] = [holder[key]];
  }
  return root.whole;
}

function collect(value: unknown, slots: [Json, string][]): void {
  if (typeof value !== "object" || value === null) return;
  const holder: Json = Object(value);
  for (const key of Object.keys(holder)) {
    slots.push([holder, key]);
    collect(holder[key], slots);
  }
}
