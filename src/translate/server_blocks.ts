import type { Block } from "../anthropic/request.ts";
import { isObject } from "./arguments.ts";
import type { Notices } from "./notices.ts";

/** Longer results are not worth repeating to a model that never asked. */
const MAX_RESULT_CHARS = 4_000;
const MAX_INPUT_CHARS = 300;

/**
 * A block of the model's that has no counterpart upstream, as text; one that
 * cannot be expressed is noted as left out.
 */
export function tellBlock(block: Block, notices: Notices): string | null {
  const original = block.type === "unknown" ? block.original : block;
  const told = toServerToolText(original);
  if (!told) notices.add(`${original.type} block of the assistant left out`);
  return told;
}

/**
 * Blocks of tools run by Anthropic's servers, as found in the history of a
 * conversation begun there: MCP servers, code execution, web fetch, advisor. No
 * upstream knows them, so each becomes a short text.
 *
 * @returns `null` for a block of another kind, or with nothing to say.
 */
export function toServerToolText(
  block: Record<string, unknown>,
): string | null {
  const { type } = block;
  if (typeof type !== "string") return null;
  if (type === "server_tool_use" || type === "mcp_tool_use") {
    return `[${toName(block)}: ${brief(block.input)}]`;
  }
  if (type === "mcp_tool_listing") {
    const names = list(block.tools).map(toName).join(", ");
    return `[tools of ${toText(block.mcp_server_name)}: ${names}]`;
  }
  const tool = /^(.+)_tool_result$/.exec(type)?.[1];
  if (tool === undefined) return null;
  const told = toText(block.content);
  return told === ""
    ? null
    : `[${tool} result]\n${cut(told, MAX_RESULT_CHARS)}`;
}

function toName(value: unknown): string {
  if (!isObject(value)) return "";
  const { server_name, name } = value;
  return [server_name, name].filter((part) => typeof part === "string")
    .join("/");
}

/** The input in short: its only value, or its JSON. */
function brief(input: unknown): string {
  if (!isObject(input)) return "";
  const [only, ...others] = Object.values(input);
  const text = typeof only === "string" && others.length === 0
    ? only
    : JSON.stringify(input);
  return cut(text, MAX_INPUT_CHARS);
}

/** Fields that hold a result's text, in output order. */
const TOLD = ["error_code", "title", "url", "stdout", "stderr", "text"];

/** Fields that hold further content. */
const INNER = ["tool_references", "content", "source"];
/** No result of Anthropic's is nested deeper. */
const MAX_DEPTH = 6;

/** A result's text, whichever of Anthropic's shapes it has. */
function toText(content: unknown, depth = 0): string {
  if (typeof content === "string") return content;
  if (depth > MAX_DEPTH) return "";
  const inside = (values: unknown[]) =>
    values.map((value) => toText(value, depth + 1))
      .filter((text) => text !== "").join("\n");
  if (Array.isArray(content)) return inside(content);
  if (!isObject(content)) return "";
  if (content.type === "tool_reference") {
    return `Tool ${toText(content.tool_name)} is now available.`;
  }
  if (content.type === "web_search_result") {
    return `- ${toText(content.title)} - ${toText(content.url)}`;
  }
  const { type, media_type } = content;
  const isPlain = type === "text" && media_type === "text/plain";
  const told = TOLD.map((name) => content[name])
    .filter((value) => typeof value === "string");
  const inner = INNER.map((name) => content[name]);
  return inside([...told, ...inner, ...(isPlain ? [content.data] : [])]);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars)}…`;
}
