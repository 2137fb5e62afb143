/**
 * The tool calls an answer makes. Pure.
 *
 * @module
 */
import type { ChatRequest, ChatTool } from "../openai/chat.ts";
import { type Command, parseCommands } from "./commands.ts";
import type { Situation } from "./conversation.ts";
import { isRecord, sampleValue } from "./sample.ts";

/** A call as the model makes it, without id. */
export interface Call {
  name: string;
  arguments: Record<string, unknown>;
}

/** Which tools carry out a command, and which field takes its operand. */
const CARRIERS: Record<
  Command["verb"],
  { name: RegExp; properties: string[] }
> = {
  run: { name: /bash|shell|terminal/i, properties: ["command"] },
  read: { name: /read/i, properties: ["file_path", "path"] },
};

/** A tool through which agents receive their final result. */
const FINAL_RESULT = /^structured_?output$/i;

/**
 * The calls for an instruction, in parallel unless that is forbidden. None once
 * there are results, even if `tool_choice` demands one, otherwise client and
 * model would loop; only the tool for the final result is called after others.
 */
export function selectCalls(
  request: ChatRequest,
  situation: Situation,
): Call[] {
  const { tools = [], tool_choice: choice = "auto" } = request;
  if (choice === "none") return [];
  const final = tools.filter((tool) =>
    FINAL_RESULT.test(tool.function.name) &&
    !situation.called.includes(tool.function.name)
  );
  const topic = situation.instruction;
  if (situation.results.length > 0) {
    return final.map((tool) => sampleCall(tool, topic));
  }
  const allowed = typeof choice === "object"
    ? tools.filter((tool) => tool.function.name === choice.function.name)
    : tools;
  const asked = parseCommands(topic).flatMap((command) =>
    commandCall(command, allowed)
  );
  const fallback = choice === "auto" ? final : allowed.slice(0, 1);
  const calls = asked.length > 0
    ? asked
    : fallback.map((tool) => sampleCall(tool, topic));
  return request.parallel_tool_calls === false ? calls.slice(0, 1) : calls;
}

function commandCall({ verb, operand }: Command, tools: ChatTool[]): Call[] {
  const { name, properties } = CARRIERS[verb];
  for (const tool of tools) {
    if (!name.test(tool.function.name)) continue;
    const offered = tool.function.parameters?.properties;
    const property = properties.find((each) =>
      isRecord(offered) && each in offered
    );
    if (property === undefined) continue;
    const call = sampleCall(tool, `${verb} ${operand}`);
    return [{ ...call, arguments: { ...call.arguments, [property]: operand } }];
  }
  return [];
}

/** A call whose arguments are generated from the tool's schema. */
function sampleCall(tool: ChatTool, topic: string): Call {
  const { name, parameters = { type: "object" } } = tool.function;
  const required = { required: [], ...parameters };
  const sampled = sampleValue(required, topic);
  return { name, arguments: isRecord(sampled) ? sampled : {} };
}
