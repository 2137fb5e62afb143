import { ApiError } from "../anthropic/errors.ts";
import type {
  MessagesRequest,
  Tool,
  ToolChoice,
} from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatTool, ChatToolChoice } from "../openai/chat.ts";
import { isClosed } from "./json_schema.ts";
import { toFunctionName } from "./ids.ts";
import type { Notices } from "./notices.ts";
import { selectTools } from "./select_tools.ts";
import { toTypedTool } from "./typed_tools.ts";

/** The tools' part of a request. */
export interface TranslatedTools {
  tools?: ChatTool[];
  tool_choice?: ChatToolChoice;
  parallel_tool_calls?: boolean;
}

/**
 * Translates tools and tool choice. Without tools there is no tool choice
 * either: OpenAI refuses `tools: []` and `tool_choice` alone.
 * *
 * @throws {ApiError} `invalid_request_error` for a tool no upstream can offer,
 * and for a choice of a tool that is not offered.
 */
export function translateTools(
  request: MessagesRequest,
  { capabilities, notices }: { capabilities: Capabilities; notices: Notices },
): TranslatedTools {
  const { maxTools } = capabilities;
  const tools = selectTools(request, { maxTools, notices })
    .map((tool) => translateTool(tool, capabilities));
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

function translateTool(tool: Tool, capabilities: Capabilities): ChatTool {
  const typed = toTypedTool(tool.type);
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
