/**
 * A Messages request to a Chat Completions request. Pure: the same request
 * always gives the same bytes, key order included.
 *
 * @module
 */
import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities, Limits } from "../openai/capabilities.ts";
import type { ChatChunk, ChatMessage, ChatRequest } from "../openai/chat.ts";
import { withCallIds } from "./call_ids.ts";
import { translateHistory } from "./history.ts";
import { toIdentity } from "./identity.ts";
import { isClosed, toKnownSchema } from "./json_schema.ts";
import type { Notices } from "./notices.ts";
import { toReasoningFields } from "./reasoning_fields.ts";
import { withWordsAfterTool } from "./words_after_tool.ts";
import { translateTools } from "./tools.ts";
import { toSearchPlugin } from "./web_search.ts";

/** The upstream model a request is translated for. */
export interface RequestTarget {
  model: string;
  dialect: {
    name: string;
    /** Makes what turns the chunks of one answer to plain ones. */
    chunks?(asked: MessagesRequest): (chunk: ChatChunk) => ChatChunk;
  };
  capabilities: Capabilities;
  /** Absent where nothing is known of the model: what was asked is kept. */
  limits?: Partial<Limits> | undefined;
}

/** What the translation needs beside the request. */
export interface RequestContext {
  target: RequestTarget;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** Claude Code's session, from its header. */
  sessionId?: string | undefined;
  /** Takes what could not be translated as it was. */
  notices: Notices;
}

/**
 * Translates a Messages request.
 *
 * @throws {ApiError} `invalid_request_error` for content, tools or a tool
 * choice that no translation can do justice to.
 */
export function translateRequest(
  request: MessagesRequest,
  { target, inputTokens, sessionId, notices }: RequestContext,
): ChatRequest {
  const { capabilities, model, dialect, limits } = target;
  const stream = request.stream ?? false;
  const maxTokens = toMaxTokens(request.max_tokens, { limits, inputTokens });
  const plugin = toSearchPlugin(request, capabilities);
  const tools = plugin.plugins
    ? {}
    : translateTools(request, { capabilities, notices });
  return {
    model,
    messages: [
      ...translateSystem(request, capabilities),
      ...withCallIds(
        withWordsAfterTool(
          translateHistory(request.messages, {
            capabilities,
            origin: { dialect: dialect.name, model },
            notices,
          }),
          capabilities,
        ),
        capabilities.callIds,
      ),
    ],
    ...tools,
    ...plugin,
    ...toResponseFormat(request, capabilities),
    [capabilities.maxTokensField]: maxTokens,
    ...toReasoningFields(request, { capabilities, notices, tools }),
    ...toSampling(request, { capabilities, notices }),
    ...toIdentity(request, { capabilities, sessionId }),
    stream,
    ...(stream && capabilities.streamUsage
      ? { stream_options: { include_usage: true } }
      : {}),
  };
}

/** How Claude Code's billing line begins; it changes with every request. */
export const BILLING_LINE = "x-anthropic-billing-header:";

/**
 * The system prompt as the first message. The billing line is left out: it
 * would empty the upstream's prompt cache on every turn (claude-code#68900).
 */
function translateSystem(
  request: MessagesRequest,
  { systemRole, jsonSchema }: Capabilities,
): ChatMessage[] {
  const { system } = request;
  const texts = typeof system === "string"
    ? [system]
    : (system ?? []).map(({ text }) => text);
  const schema = jsonSchema ? undefined : toSchema(request);
  if (schema) texts.push(schemaInWords(schema));
  const content = texts
    .filter((text) => text !== "" && !text.startsWith(BILLING_LINE))
    .join("\n\n");
  return content === "" ? [] : [{ role: systemRole, content }];
}

/** Room left between prompt and window: the prompt is only an estimate. */
const WINDOW_MARGIN_TOKENS = 256;
/** Some upstreams refuse to answer in less. */
const MIN_OUTPUT_TOKENS = 16;

/** What was asked, held to what the model gives and its window has left. */
function toMaxTokens(
  asked: number,
  {
    limits: { contextTokens = Infinity, maxOutputTokens = Infinity } = {},
    inputTokens,
  }: {
    limits: RequestTarget["limits"];
    inputTokens: number;
  },
): number {
  const left = contextTokens - inputTokens - WINDOW_MARGIN_TOKENS;
  const allowed = Math.min(asked, maxOutputTokens, left);
  return Math.max(allowed, Math.min(asked, MIN_OUTPUT_TOKENS));
}

/** The JSON schema the answer must match, if the client gave one. */
function toSchema({ output_config, output_format }: MessagesRequest) {
  return (output_config?.format ?? output_format)?.schema;
}

/** For upstreams that promise JSON but know no schemas; they insist on the word. */
function schemaInWords(schema: unknown): string {
  const text = JSON.stringify(schema);
  return `Answer with a JSON object that matches this JSON schema:\n${text}`;
}

function toResponseFormat(
  request: MessagesRequest,
  capabilities: Capabilities,
): Pick<ChatRequest, "response_format"> {
  const asked = toSchema(request);
  if (!asked) return {};
  const schema = toKnownSchema(asked, capabilities);
  if (!capabilities.jsonSchema) {
    return { response_format: { type: "json_object" } };
  }
  const strict = isClosed(schema);
  return {
    response_format: {
      type: "json_schema",
      json_schema: { name: "response", schema, strict },
    },
  };
}

function toSampling(
  { temperature, top_p, top_k }: MessagesRequest,
  { capabilities, notices }: { capabilities: Capabilities; notices: Notices },
): Pick<ChatRequest, "temperature" | "top_p" | "top_k"> {
  const given = { temperature, top_p, top_k };
  const taken: Pick<ChatRequest, "temperature" | "top_p" | "top_k"> = {};
  for (const name of ["temperature", "top_p", "top_k"] as const) {
    const value = given[name] ?? undefined;
    if (value === undefined) continue;
    const isTaken = name === "top_k"
      ? capabilities.topK
      : capabilities.sampling;
    if (isTaken) taken[name] = value;
    else notices.add(`${name} left out: the model takes none`);
  }
  return taken;
}
