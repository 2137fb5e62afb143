/**
 * Anthropic's server tool `web_search`: who searches, and for what.
 *
 * @see {@link
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool}
 * @module
 */
import type { Block, MessagesRequest, Tool } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatRequest } from "../openai/chat.ts";

/** The tool's name, fixed by Anthropic's API and also used for upstreams. */
export const WEB_SEARCH = "web_search";

/**
 * Who runs the tool: the upstream, this proxy, or nobody, which the client is
 * told. `absent` if it was not requested, or other tools remain without it: it
 * is then left out like every server tool.
 */
export type SearchPlan = "upstream" | "here" | "unavailable" | "absent";

/** Searches per answer if the client sets no limit, and the maximum. */
const DEFAULT_USES = 8, MAX_USES = 20;

/** Pages an upstream's own search looks at. */
const PLUGIN_RESULTS = 5;

/** Longest query taken from the client's text, in characters. */
const MAX_QUERY = 400;

/** Decides who searches. A configured search engine takes precedence. */
export function planSearch(
  request: Pick<MessagesRequest, "tools" | "tool_choice">,
  { webSearch, hasEngine }: Pick<Capabilities, "webSearch"> & {
    hasEngine: boolean;
  },
): SearchPlan {
  const { tools, tool_choice } = request;
  if (!searchTool(request) || tool_choice?.type === "none") return "absent";
  if (hasEngine) return "here";
  if (webSearch === "tool") return "upstream"; // the model decides whether to search
  // With other tools a plugin would search, and cost, on each of their turns.
  if (!tools?.every(isSearchTool)) return "absent";
  return webSearch === null ? "unavailable" : "upstream";
}

/**
 * Tells the upstream to search itself; empty if it should not. The plugin
 * searches whatever the model decides. OpenRouter recommends its newer tool,
 * but with that a model may answer without searching.
 *
 * @see {@link https://openrouter.ai/docs/guides/features/plugins/web-search}
 */
export function toSearchPlugin(
  request: Pick<MessagesRequest, "tools" | "tool_choice">,
  { webSearch }: Pick<Capabilities, "webSearch">,
): Pick<ChatRequest, "plugins"> {
  const plan = planSearch(request, { webSearch, hasEngine: false });
  if (webSearch !== "plugin" || plan !== "upstream") return {};
  const tool = searchTool(request);
  const { max_uses, allowed_domains, blocked_domains, user_location } = tool ??
    {};
  return {
    plugins: [{
      id: "web",
      max_results: PLUGIN_RESULTS,
      ...(max_uses ? { max_uses } : {}),
      ...(allowed_domains?.length ? { include_domains: allowed_domains } : {}),
      ...(blocked_domains?.length ? { exclude_domains: blocked_domains } : {}),
      ...(user_location ? { user_location } : {}),
    }],
  };
}

/** The request with the tool as a function that any model can call. */
export function offerSearch(request: MessagesRequest): MessagesRequest {
  const tools = request.tools?.map((tool) =>
    isSearchTool(tool) ? FUNCTION : tool
  );
  return { ...request, tools };
}

const FUNCTION: Tool = {
  name: WEB_SEARCH,
  description:
    "Searches the web. Returns title, address and an excerpt of the pages found.",
  input_schema: {
    type: "object",
    properties: {
      query: { type: "string", description: "What to search for" },
    },
    required: ["query"],
  },
};

/** What the client requires of every search. */
export interface SearchRules {
  /** How many searches one answer may take. */
  maxUses: number;
  /** Domains, optionally with a path prefix; empty: all. */
  allowed: readonly string[];
  blocked: readonly string[];
}

/** Reads the tool's settings. */
export function toSearchRules(
  request: Pick<MessagesRequest, "tools">,
): SearchRules {
  const tool = searchTool(request);
  return {
    maxUses: Math.min(tool?.max_uses ?? DEFAULT_USES, MAX_USES),
    allowed: tool?.allowed_domains ?? [],
    blocked: tool?.blocked_domains ?? [],
  };
}

/**
 * What to search for, in the client's words: the last text of the newest turn.
 * Claude Code puts a phrase of its own before it.
 */
export function toSearchQuery(
  { messages }: Pick<MessagesRequest, "messages">,
): string {
  const content = messages.findLast(({ role }) => role === "user")?.content;
  const blocks: Block[] = typeof content === "string"
    ? [{ type: "text", text: content }]
    : content ?? [];
  const last = blocks.findLast((block) => block.type === "text");
  const text = last?.type === "text" ? last.text : "";
  return text.trim()
    .replace(/^Perform a web search for the query:\s*/, "")
    .slice(0, MAX_QUERY);
}

/** The tool as the client defines it, if it does. */
export function searchTool(
  { tools }: Pick<MessagesRequest, "tools">,
): Tool | undefined {
  return tools?.find(isSearchTool);
}

/** Whether a tool is Anthropic's `web_search`, of whichever version. */
export function isSearchTool({ type }: Tool): boolean {
  return type?.startsWith("web_search_") ?? false;
}
