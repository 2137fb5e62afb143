import { ApiError } from "../anthropic/errors.ts";
import type {
  InputMessage,
  MessagesRequest,
  Tool,
} from "../anthropic/request.ts";
import type { Notices } from "./notices.ts";
import { toTypedTool } from "./typed_tools.ts";

/** Stands for tools that are not there; its schema is of no use to a model. */
const PLACEHOLDER = "DeferredToolPlaceholder";

/**
 * Chooses the tools of this turn.
 *
 * Deferred tools stay out until the history names them, then follow after the
 * others in the order of first mention, so that what went before keeps its
 * bytes and the upstream's prompt cache holds. Anthropic's tool search cannot
 * run on an upstream: where a request relies on it, what only it could find is
 * offered at once. Over `maxTools`, tools that nobody has used go first.
 *
 * @throws {ApiError} `invalid_request_error` for a tool no upstream can offer.
 */
export function selectTools(
  { tools, messages, tool_choice }: Pick<
    MessagesRequest,
    "tools" | "messages" | "tool_choice"
  >,
  { maxTools, notices }: { maxTools: number; notices: Notices },
): Tool[] {
  const all = tools ?? [];
  const functions = all.filter((tool) => isFunction(tool, notices));
  const mayDefer = !all.some(({ type }) => type?.startsWith("tool_search_"));
  const isDeferred = (tool: Tool) => mayDefer && tool.defer_loading === true;
  const mentions = toMentions(messages);
  const mention = ({ name = "" }: Tool) => mentions.get(name) ?? Infinity;
  const found = functions
    .filter((tool) => isDeferred(tool) && mentions.has(tool.name ?? ""))
    .toSorted((a, b) => mention(a) - mention(b));
  const selected = functions.filter((tool) => !isDeferred(tool)).concat(found);
  const surplus = selected.length - maxTools;
  if (surplus <= 0) return selected;
  notices.add(`${surplus} tools left out: the upstream takes ${maxTools}`);
  const isUsed = (tool: Tool) =>
    mentions.has(tool.name ?? "") || tool.name === tool_choice?.name;
  const unused = selected.filter((tool) => !isUsed(tool));
  const left = new Set(unused.slice(-surplus));
  return selected.filter((tool) => !left.has(tool)).slice(-maxTools);
}

/** Whether the upstream can be offered it; Anthropic's server tools cannot. */
function isFunction(tool: Tool, notices: Notices): boolean {
  if (tool.name === PLACEHOLDER) return false;
  const type = tool.type ?? "custom";
  if (type === "custom" || toTypedTool(type)) return true;
  if (/^(computer|browser_toolset)_/.test(type)) {
    throw new ApiError(
      "invalid_request_error",
      `tools: a tool of type "${type}" cannot be offered to this upstream`,
    );
  }
  notices.add(`tool ${type} left out`);
  return false;
}

/** Names of tools found or used in the history, by order of first mention. */
function toMentions(messages: readonly InputMessage[]): Map<string, number> {
  const mentions = new Map<string, number>();
  const mention = (name: string) => {
    if (!mentions.has(name)) mentions.set(name, mentions.size);
  };
  for (const { content } of messages) {
    if (typeof content === "string") continue;
    for (const block of content) {
      if (block.type === "tool_use") mention(block.name);
      if (block.type !== "tool_result" || !Array.isArray(block.content)) {
        continue;
      }
      for (const part of block.content) {
        if (part.type === "tool_reference") mention(part.tool_name);
      }
    }
  }
  return mentions;
}
