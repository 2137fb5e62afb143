/**
 * Translates a Messages request to a Chat Completions request. Pure: the same
 * request always gives the same bytes, including key order.
 *
 * @module
 */
import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities, Limits } from "../openai/capabilities.ts";
import type { ChatChunk, ChatMessage, ChatRequest } from "../openai/chat.ts";
import { toAnswerFormat } from "./answer_format.ts";
import {
  toBreakpoint,
  toSystemBreakpoint,
  withLastBreakpoint,
} from "./cache_breakpoint.ts";
import { withCallIds } from "./call_ids.ts";
import { translateHistory } from "./history.ts";
import { toIdentity } from "./identity.ts";
import { toMaxTokens } from "./max_tokens.ts";
import type { Notices } from "./notices.ts";
import { toReasoningFields } from "./reasoning_fields.ts";
import { toSampling } from "./sampling.ts";
import { toServiceTier } from "./service_tier.ts";
import { toSystemBlocks } from "./system_text.ts";
import { withWordsAfterTool } from "./words_after_tool.ts";
import { translateTools } from "./tools.ts";
import { joinTexts } from "./user_content.ts";
import { toSearchPlugin } from "./web_search.ts";

/** The upstream model a request is translated for. */
export interface RequestTarget {
  model: string;
  dialect: {
    name: string;
    /** Creates the function that normalizes the chunks of one answer. */
    chunks?(asked: MessagesRequest): (chunk: ChatChunk) => ChatChunk;
  };
  capabilities: Capabilities;
  /** Absent if the model is unknown: limits are then left as requested. */
  limits?: Partial<Limits> | undefined;
}

/** What translation needs besides the request. */
export interface RequestContext {
  target: RequestTarget;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** Claude Code's session, from its header. */
  sessionId?: string | undefined;
  /** Collects what could not be translated exactly. */
  notices: Notices;
}

/**
 * Translates a Messages request.
 *
 * @throws {ApiError} `invalid_request_error` for content, tools or a tool
 * choice that cannot be translated faithfully.
 */
export function translateRequest(
  request: MessagesRequest,
  { target, inputTokens, sessionId, notices }: RequestContext,
): ChatRequest {
  const { capabilities, model, dialect, limits } = target;
  const stream = (request.stream ?? false) && capabilities.streaming;
  const maxTokens = toMaxTokens(request.max_tokens, { limits, inputTokens });
  const plugin = toSearchPlugin(request, capabilities);
  const tools = plugin.plugins
    ? {}
    : translateTools(request, { capabilities, notices });
  return {
    model,
    messages: [
      ...translateSystem(request, capabilities),
      ...withLastBreakpoint(
        withCallIds(
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
        toBreakpoint([request], capabilities),
      ),
    ],
    ...tools,
    ...plugin,
    ...toResponseFormat(request, capabilities),
    [capabilities.maxTokensField]: maxTokens,
    ...toReasoningFields(request, { capabilities, notices, tools }),
    ...toSampling(request, { capabilities, notices }),
    ...toIdentity(request, { capabilities, sessionId }),
    ...toServiceTier(request, capabilities),
    stream,
    ...(stream && capabilities.streamUsage
      ? { stream_options: { include_usage: true } }
      : {}),
  };
}

/** The system prompt as the first message. */
function translateSystem(
  request: MessagesRequest,
  capabilities: Capabilities,
): ChatMessage[] {
  const { systemRole: role } = capabilities;
  const parts = toSystemBlocks(request, capabilities).map((block) => ({
    type: "text" as const,
    text: block.text,
    ...toSystemBreakpoint(block, capabilities),
  }));
  if (parts.length === 0) return [];
  const isOneText = capabilities.cacheBreakpoints === null;
  return [{ role, content: isOneText ? joinTexts(parts) ?? "" : parts }];
}

function toResponseFormat(
  request: MessagesRequest,
  capabilities: Capabilities,
): Pick<ChatRequest, "response_format"> {
  const format = toAnswerFormat(request, capabilities);
  if (!format) return {};
  if (format.type === "json_object") return { response_format: format };
  const { type, name, schema, strict } = format;
  return { response_format: { type, json_schema: { name, schema, strict } } };
}
