import { ApiError } from "../anthropic/errors.ts";
import type { Block, ToolChange } from "../anthropic/blocks.ts";
import type { MessagesRequest, Tool } from "../anthropic/request.ts";
import type { Notices } from "./notices.ts";
import { toTypedTool } from "./typed_tools.ts";

/** Stands for tools that are not loaded; its schema is useless to a model. */
const PLACEHOLDER = "DeferredToolPlaceholder";

type Asked = Pick<MessagesRequest, "tools" | "messages" | "tool_choice">;

/**
 * Selects the tools of this turn.
 *
 * Deferred tools are left out until the history loads them: through a reference
 * in a tool's result, an addition in a system message, or a use. They come
 * after the others in the order they were loaded, so that the earlier part
 * keeps its bytes and the upstream's prompt cache hits. A removed tool is left
 * out; added again, it comes last. Anthropic's tool search cannot run on an
 * upstream: if a request relies on it, the tools only it could find are offered
 * at once. A tool choice loads a deferred tool that it names. Over `maxTools`,
 * unused tools are dropped first.
 *
 * @throws {ApiError} `invalid_request_error` for a tool no upstream can offer.
 */
export function selectTools(
  { tools, messages, tool_choice }: Asked,
  { maxTools, notices }: { maxTools: number; notices: Notices },
): Tool[] {
  const offer = new Offer(tools ?? [], notices);
  for (const { content } of messages) {
    if (typeof content !== "string") content.forEach(offer.read, offer);
  }
  if (tool_choice?.name !== undefined) offer.use(tool_choice.name);
  const selected = offer.tools();
  const surplus = selected.length - maxTools;
  if (surplus <= 0) return selected;
  notices.add(`${surplus} tools left out: the upstream takes ${maxTools}`);
  const isUsed = ({ name = "" }: Tool) =>
    offer.used.has(name) || name === tool_choice?.name;
  const unused = selected.filter((tool) => !isUsed(tool));
  const left = new Set(unused.slice(-surplus));
  return selected.filter((tool) => !left.has(tool)).slice(-maxTools);
}

/** Every tool a request defines, including those its messages add. */
export function definedTools({ tools, messages }: Asked): Tool[] {
  const added = messages.flatMap(({ content }) =>
    typeof content === "string" ? [] : content.flatMap(toChanges)
  ).flatMap(({ tool }) =>
    tool.type === "tool_definition" ? [tool.definition] : []
  );
  return [...tools ?? [], ...added];
}

/** The changes a block makes to the tools; none for most. */
function toChanges(block: Block): readonly ToolChange[] {
  switch (block.type) {
    case "tool_addition":
    case "tool_removal":
      return [block];
    case "compaction":
      return block.tool_changes ?? [];
    default:
      return [];
  }
}

/** The offered tools, as the history changes them block by block. */
class Offer {
  /** Names of tools found or used in the history. */
  readonly used = new Set<string>();
  /** Every defined tool, by name. */
  readonly #defined = new Map<string, Tool>();
  /** Names of the offered ones, in the order they were added. */
  readonly #offered = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(tools: readonly Tool[], readonly notices: Notices) {
    const mayDefer = !tools.some(({ type }) =>
      type?.startsWith("tool_search_")
    );
    for (const tool of tools) {
      this.#define(tool, {
        isDeferred: mayDefer && tool.defer_loading === true,
      });
    }
  }

  read(block: Block): void {
    if (block.type === "tool_use") {
      this.used.add(block.name);
      this.use(block.name);
    } else if (block.type === "tool_result") {
      if (!Array.isArray(block.content)) return;
      for (const part of block.content) {
        if (part.type !== "tool_reference") continue;
        this.used.add(part.tool_name);
        this.#load(part.tool_name);
      }
    } else {
      toChanges(block).forEach(this.#change, this);
    }
  }

  /** Loads a tool that is used or chosen; does not bring back a removed one. */
  use(name: string): void {
    if (!this.#removed.has(name)) this.#load(name);
  }

  tools(): Tool[] {
    return [...this.#offered].map((name) => this.#defined.get(name))
      .filter((tool) => tool !== undefined);
  }

  #load(name: string): void {
    if (this.#defined.has(name)) this.#offered.add(name);
  }

  #change({ type, tool }: ToolChange): void {
    if (tool.type === "unknown") return; // MCP servers' tools: sent as text
    const { name = "" } = tool.type === "tool_reference"
      ? tool
      : tool.definition;
    if (type === "tool_removal") {
      this.#offered.delete(name);
      this.#removed.add(name);
      return;
    }
    this.#removed.delete(name);
    if (tool.type === "tool_definition") {
      this.#define(tool.definition, { isDeferred: false });
    } else this.#load(name);
  }

  #define(tool: Tool, { isDeferred }: { isDeferred: boolean }): void {
    if (!isFunction(tool, this.notices)) return;
    const { name = "" } = tool;
    this.#defined.set(name, tool);
    if (!isDeferred) this.#offered.add(name);
  }
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
