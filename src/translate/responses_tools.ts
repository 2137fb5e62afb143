import type { MessagesRequest, Tool } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatTool, ChatToolChoice } from "../openai/chat.ts";
import type {
  FunctionTool,
  ResponsesRequest,
  ResponsesToolChoice,
  WebSearchTool,
} from "../openai/responses.ts";
import type { Notices } from "./notices.ts";
import { translateTools } from "./tools.ts";
import {
  isSearchTool,
  planSearch,
  searchTool,
  WEB_SEARCH,
} from "./web_search.ts";

/** The tools' part of a Responses request. */
export type ResponsesTools = Pick<
  ResponsesRequest,
  "tools" | "tool_choice" | "parallel_tool_calls" | "max_tool_calls"
>;

/**
 * Translates tools and tool choice; includes the upstream's own search if the
 * client may search the web.
 *
 * @throws {ApiError} `invalid_request_error` as {@linkcode translateTools}.
 */
export function translateResponsesTools(
  request: MessagesRequest,
  context: { capabilities: Capabilities; notices: Notices },
): ResponsesTools {
  const { webSearch } = context.capabilities;
  const plan = planSearch(request, { webSearch, hasEngine: false });
  if (webSearch !== "tool" || plan !== "upstream") {
    return toFlat(translateTools(request, context));
  }
  const isChosen = request.tool_choice?.name === WEB_SEARCH;
  const others = {
    ...request,
    tools: request.tools?.filter((tool) => !isSearchTool(tool)),
    ...(isChosen ? { tool_choice: null } : {}),
  };
  const { tools = [], tool_choice, ...rest } = toFlat(
    translateTools(others, context),
  );
  const search = searchTool(request);
  const isForced = isChosen ||
    (tools.length === 0 && request.tool_choice?.type === "any");
  const choice = isForced ? FORCED_SEARCH : tool_choice;
  return {
    tools: [...tools, toSearchTool(search, context.notices)],
    ...(choice ? { tool_choice: choice } : {}),
    ...rest,
    ...(search?.max_uses ? { max_tool_calls: search.max_uses } : {}),
  };
}

/** `{ type: "web_search" }` alone is not a valid choice in the API. */
const FORCED_SEARCH: ResponsesToolChoice = {
  type: "allowed_tools",
  mode: "required",
  tools: [{ type: "web_search" }],
};

/** The same in the Responses API's flatter form. */
function toFlat(
  { tools, tool_choice, ...rest }: ReturnType<typeof translateTools>,
): ResponsesTools {
  return {
    ...(tools ? { tools: tools.map(toFunction) } : {}),
    ...(tool_choice ? { tool_choice: toChoice(tool_choice) } : {}),
    ...rest,
  };
}

function toFunction({ function: given }: ChatTool): FunctionTool {
  const { name, description, parameters, strict = false } = given;
  return {
    type: "function",
    name,
    ...(description ? { description } : {}),
    parameters,
    strict,
  };
}

function toChoice(choice: ChatToolChoice): ResponsesToolChoice {
  if (choice === "any") return "required";
  if (typeof choice === "string") return choice;
  return { type: "function", name: choice.function.name };
}

/** Fields of a user's location, named the same in both APIs. */
const PLACES = ["city", "region", "country", "timezone"] as const;

function toSearchTool(
  tool: Tool | undefined,
  notices: Notices,
): WebSearchTool {
  const { allowed_domains, blocked_domains, user_location } = tool ?? {};
  if (blocked_domains?.length) {
    notices.add(
      "blocked_domains of web_search left out: the upstream has none",
    );
  }
  const location = PLACES
    .map((name) => [name, user_location?.[name]])
    .filter(([, value]) => typeof value === "string");
  return {
    type: "web_search",
    ...(allowed_domains?.length ? { filters: { allowed_domains } } : {}),
    ...(location.length > 0
      ? {
        user_location: {
          type: "approximate" as const,
          ...Object.fromEntries(location),
        },
      }
      : {}),
  };
}
