import { ApiError } from "../anthropic/errors.ts";
import type {
  MessagesRequest,
  Tool,
  ToolChoice,
} from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatTool, ChatToolChoice } from "../openai/chat.ts";
import { toBreakpoint } from "./cache_breakpoint.ts";
import { isClosed, toKnownSchema } from "./json_schema.ts";
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
 * either: OpenAI refuses `tools: []` and `tool_choice` alone. If an upstream
 * cannot be told to call one tool, only that one is offered.
 *
 * @throws {ApiError} `invalid_request_error` for a tool no upstream can offer,
 * and for the choice of a tool that is not offered.
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
  const chosen = tool_choice
    ? toKnownChoice(translateChoice(tool_choice, tools), tools, {
      capabilities,
      notices,
    })
    : { tools };
  if (!chosen.tools) return {};
  return {
    ...chosen,
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
  const parameters = typed?.parameters ??
    toParameters(tool.input_schema, capabilities);
  const description = typed?.description ?? toDescription(tool);
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
    ...toBreakpoint([tool], capabilities),
  };
}

/** The tool's description; upstreams have no field for example inputs. */
function toDescription({ description, input_examples }: Tool): string {
  const told = description ?? "";
  if (!Array.isArray(input_examples) || input_examples.length === 0) {
    return told;
  }
  const examples = input_examples.map((input) => JSON.stringify(input));
  return `${told}\n\nExamples of input:\n${examples.join("\n")}`.trimStart();
}

/** A schema that declares an object and its properties, even if none. */
function toParameters(
  schema: Tool["input_schema"],
  capabilities: Capabilities,
): Record<string, unknown> {
  const known = toKnownSchema(schema ?? {}, capabilities);
  return { ...known, type: "object", properties: known.properties ?? {} };
}

/** The choice in a form the upstream knows, or else fewer tools. */
function toKnownChoice(
  choice: ChatToolChoice,
  tools: ChatTool[],
  { capabilities, notices }: { capabilities: Capabilities; notices: Notices },
): Pick<TranslatedTools, "tools" | "tool_choice"> {
  const known = choicesOf(capabilities);
  if (known === "full" || choice === "auto") {
    return { tools, tool_choice: choice };
  }
  if (choice === "none") {
    return known === "auto" ? {} : { tools, tool_choice: choice };
  }
  const name = typeof choice === "object" ? choice.function.name : undefined;
  const offered = tools.filter((tool) =>
    name === undefined || tool.function.name === name
  );
  if (known !== "auto") return { tools: offered, tool_choice: known };
  notices.add("tool_choice auto: the upstream takes no other");
  return { tools: offered, tool_choice: "auto" };
}

/** If a forced choice is impossible while thinking, which stays on: auto. */
function choicesOf(
  { toolChoice, forcedWhileThinking, thinkingOff, efforts }: Capabilities,
): Capabilities["toolChoice"] {
  const canForce = forcedWhileThinking || thinkingOff !== null ||
    efforts.includes("none");
  return canForce ? toolChoice : "auto";
}

function translateChoice(
  choice: ToolChoice,
  tools: readonly ChatTool[],
): ChatToolChoice {
  switch (choice.type) {
    case "auto":
      return "auto";
    case "none":
      return "none";
    case "any":
      return "required";
    case "tool": {
      const name = toFunctionName(choice.name ?? "");
      if (!tools.some((tool) => tool.function.name === name)) {
        throw new ApiError(
          "invalid_request_error",
          `tool_choice: no tool named "${choice.name ?? ""}" in tools`,
        );
      }
      return { type: "function", function: { name } };
    }
  }
}
