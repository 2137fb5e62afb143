import { ApiError } from "../anthropic/errors.ts";
import type {
  InputMessage,
  MessagesRequest,
  Tool,
  ToolChoice,
} from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatTool, ChatToolChoice } from "../openai/chat.ts";
import { isClosed } from "./json_schema.ts";
import { toFunctionName } from "./ids.ts";
import type { Notices } from "./notices.ts";
import { TYPED_TOOLS } from "./typed_tools.ts";

/** The tools' part of a request. */
export interface TranslatedTools {
  tools?: ChatTool[];
  tool_choice?: ChatToolChoice;
  parallel_tool_calls?: boolean;
}

/** Stands for tools that are not there; its schema is of no use to a model. */
const PLACEHOLDER = "DeferredToolPlaceholder";

/**
 * Translates tools and tool choice. Without tools there is no tool choice
 * either: OpenAI refuses `tools: []` and `tool_choice` alone.
 *
 * Deferred tools stay out until the history names them, then follow after the
 * others in the order of first mention, so that what went before keeps its
 * bytes and the upstream's prompt cache holds.
 *
 * @throws {ApiError} `invalid_request_error` for a tool no upstream can offer,
 * and for a choice of a tool that is not offered.
 */
export function translateTools(
  request: MessagesRequest,
  { capabilities, notices }: { capabilities: Capabilities; notices: Notices },
): TranslatedTools {
  const tools = offered(request, notices)
    .map((tool) => translateTool(tool, capabilities));
  if (tools.length > capabilities.maxTools) {
    notices.add(`${tools.length - capabilities.maxTools} tools left out`);
    tools.length = capabilities.maxTools;
  }
  if (tools.length === 0) return {};
  const { tool_choice } = request;
  return {
    tools,
    ...(tool_choice ? translateChoice(tool_choice, tools) : {}),
    ...(tool_choice?.disable_parallel_tool_use && capabilities.parallelToolCalls
      ? { parallel_tool_calls: false }
      : {}),
  };
}

/** Upstream names that differ from the client's, and the client's. */
export function changedNames(
  tools: readonly Tool[] | null | undefined,
): Map<string, string> {
  const changed = new Map<string, string>();
  for (const { name = "" } of tools ?? []) {
    const upstreamName = toFunctionName(name);
    if (upstreamName !== name) changed.set(upstreamName, name);
  }
  return changed;
}

/**
 * The tools of this turn. Anthropic's tool search cannot run on an upstream:
 * where a request relies on it, what only it could find is offered at once.
 */
function offered({ tools, messages }: MessagesRequest, notices: Notices) {
  const all = tools ?? [];
  const functions = all.filter((tool) => isFunction(tool, notices));
  const mayDefer = !all.some(({ type }) => type?.startsWith("tool_search_"));
  const isDeferred = (tool: Tool) => mayDefer && tool.defer_loading === true;
  const mentioned = mentionedTools(messages);
  const found = functions
    .filter((tool) => isDeferred(tool) && mentioned.has(tool.name ?? ""))
    .toSorted((a, b) => order(mentioned, a) - order(mentioned, b));
  return [...functions.filter((tool) => !isDeferred(tool)), ...found];
}

function order(mentioned: ReadonlyMap<string, number>, { name = "" }: Tool) {
  return mentioned.get(name) ?? Infinity;
}

/** Whether the upstream can be offered it; Anthropic's server tools cannot. */
function isFunction(tool: Tool, notices: Notices): boolean {
  if (tool.name === PLACEHOLDER) return false;
  const type = tool.type ?? "custom";
  if (type === "custom" || typedTool(type)) return true;
  if (/^(computer|browser_toolset)_/.test(type)) {
    throw new ApiError(
      "invalid_request_error",
      `tools: a tool of type "${type}" cannot be offered to this upstream`,
    );
  }
  notices.add(`tool ${type} left out`);
  return false;
}

function typedTool(type: string) {
  return TYPED_TOOLS.find(({ prefix }) => type.startsWith(prefix));
}

function translateTool(tool: Tool, capabilities: Capabilities): ChatTool {
  const typed = typedTool(tool.type ?? "custom");
  const parameters = typed?.parameters ?? toParameters(tool.input_schema);
  const description = typed?.description ?? tool.description;
  const strict = tool.strict && capabilities.strictTools &&
    isClosed(parameters);
  return {
    type: "function",
    function: {
      name: toFunctionName(tool.name ?? ""),
      ...(description ? { description } : {}),
      parameters,
      ...(strict ? { strict } : {}),
    },
  };
}

/** A schema that says it is an object and what it holds, if only nothing. */
function toParameters(schema: Tool["input_schema"]): Record<string, unknown> {
  return { ...schema, type: "object", properties: schema?.properties ?? {} };
}

function translateChoice(
  choice: ToolChoice,
  tools: readonly ChatTool[],
): { tool_choice: ChatToolChoice } {
  switch (choice.type) {
    case "auto":
      return { tool_choice: "auto" };
    case "none":
      return { tool_choice: "none" };
    case "any":
      return { tool_choice: "required" };
    case "tool": {
      const name = toFunctionName(choice.name ?? "");
      if (!tools.some((tool) => tool.function.name === name)) {
        throw new ApiError(
          "invalid_request_error",
          `tool_choice: no tool named "${choice.name ?? ""}" in tools`,
        );
      }
      return { tool_choice: { type: "function", function: { name } } };
    }
  }
}

/** Names of tools found or used in the history, by order of first mention. */
function mentionedTools(messages: readonly InputMessage[]) {
  const mentioned = new Map<string, number>();
  const mention = (name: string) => {
    if (!mentioned.has(name)) mentioned.set(name, mentioned.size);
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
  return mentioned;
}
