/**
 * Translates a Messages request to a Responses request. Pure: the same request
 * always gives the same bytes, including key order.
 *
 * @module
 */
import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ResponsesRequest } from "../openai/responses.ts";
import { toThinkingMode } from "./answer_context.ts";
import { toAnswerFormat } from "./answer_format.ts";
import { toCacheRetention } from "./cache_retention.ts";
import { toEffort } from "./effort.ts";
import { toIdentity } from "./identity.ts";
import { MIN_OUTPUT_TOKENS, toMaxTokens } from "./max_tokens.ts";
import type { Notices } from "./notices.ts";
import type { RequestContext } from "./request.ts";
import { translateItems } from "./responses_items.ts";
import {
  type ResponsesTools,
  translateResponsesTools,
} from "./responses_tools.ts";
import { toSampling } from "./sampling.ts";
import { toServiceTier } from "./service_tier.ts";
import { toSystemText } from "./system_text.ts";

/**
 * Translates a Messages request. Nothing is stored at the upstream: the
 * reasoning of earlier turns comes back with the client's history. The answer
 * is always streamed, so that long reasoning does not look like a stalled
 * upstream.
 *
 * @throws {ApiError} `invalid_request_error` for content, tools or a tool
 * choice that cannot be translated faithfully.
 */
export function translateResponsesRequest(
  request: MessagesRequest,
  { target, inputTokens, sessionId, notices }: RequestContext,
): ResponsesRequest {
  const { capabilities, model, dialect, limits } = target;
  const instructions = toSystemText(request, capabilities);
  const maxTokens = toMaxTokens(request.max_tokens, { limits, inputTokens });
  const { top_k: _, ...sampling } = toSampling(request, {
    capabilities: { ...capabilities, topK: false },
    notices,
  });
  const tools = translateResponsesTools(request, { capabilities, notices });
  return {
    model,
    ...(instructions === "" ? {} : { instructions }),
    input: translateItems(request.messages, {
      capabilities,
      origin: { dialect: dialect.name, model },
      notices,
    }),
    ...tools,
    ...toTextFormat(request, capabilities),
    ...toReasoning(request, { capabilities, notices, tools }),
    max_output_tokens: Math.max(maxTokens, MIN_OUTPUT_TOKENS),
    ...sampling,
    ...toInclude(tools, capabilities),
    ...toIdentity(request, { capabilities, sessionId }),
    ...toCacheRetention(request, capabilities),
    ...toServiceTier(request, capabilities),
    store: false,
    stream: capabilities.streaming,
  };
}

function toTextFormat(
  request: MessagesRequest,
  capabilities: Capabilities,
): Pick<ResponsesRequest, "text"> {
  const format = toAnswerFormat(request, capabilities);
  return format ? { text: { format } } : {};
}

/** How much to reason, and whether to summarize it; else nothing. */
function toReasoning(
  request: MessagesRequest,
  { capabilities, notices, tools }: {
    capabilities: Capabilities;
    notices: Notices;
    tools: ResponsesTools;
  },
): Pick<ResponsesRequest, "reasoning"> {
  const { efforts, reasoningSummaries } = capabilities;
  // OpenAI does not search with so little effort.
  const known = hasSearch(tools)
    ? efforts.filter((effort) => effort !== "minimal")
    : efforts;
  const effort = toEffort(request, known);
  if (request.output_config?.effort && !effort) {
    notices.add("effort left out: the model takes none");
  }
  const isShown = toThinkingMode(request.thinking) === "shown";
  const reasoning = {
    ...(effort ? { effort } : {}),
    ...(isShown && reasoningSummaries ? { summary: "auto" as const } : {}),
  };
  return Object.keys(reasoning).length > 0 ? { reasoning } : {};
}

/** Optional output to include. */
function toInclude(
  tools: ResponsesTools,
  { encryptedReasoning }: Capabilities,
): Pick<ResponsesRequest, "include"> {
  const include: ResponsesRequest["include"] = [];
  if (encryptedReasoning) include.push("reasoning.encrypted_content");
  if (hasSearch(tools)) include.push("web_search_call.action.sources");
  return include.length > 0 ? { include } : {};
}

function hasSearch({ tools }: ResponsesTools): boolean {
  return tools?.some(({ type }) => type === "web_search") ?? false;
}
