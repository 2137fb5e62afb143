import type {
  FunctionCallItem,
  InputItem,
  OutputMessageItem,
  ReasoningItem,
} from "../openai/responses.ts";
import type { AssistantContext } from "./assistant_turn.ts";
import type { AssistantTurn, Call } from "./conversation.ts";
import { toFunctionName } from "./ids.ts";
import { tellBlock } from "./server_blocks.ts";
import { type Carried, decodeSignature, isMadeBy } from "./signature.ts";

/**
 * Translates the model's turns to items.
 *
 * Reasoning is sent back unchanged, directly before the item it preceded: the
 * API refuses reasoning whose item is missing, that it already has, or that
 * another model, account or maker produced. As far as this can be detected
 * here, none of it is sent.
 */
export class ModelItems {
  readonly #context: AssistantContext;
  /** Ids of reasoning that has been sent, e.g. in a copied turn. */
  readonly #sent = new Set<string>();
  #messages = 0;

  constructor(context: AssistantContext) {
    this.#context = context;
  }

  /** Translates one turn; empty if nothing in it can be sent upstream. */
  translate({ blocks, calls }: AssistantTurn): InputItem[] {
    const { origin, notices } = this.#context;
    const callsOf = new Map(calls.map((call) => [call.toolUse, call]));
    const items: InputItem[] = [];
    let thoughts: Carried[] = [];
    const put = (item: InputItem, before: string | null) => {
      items.push(...this.#reasoningFor(before, thoughts), item);
      thoughts = [];
    };
    for (const block of blocks) {
      switch (block.type) {
        case "text":
          if (block.text.trim() === "") thoughts = [];
          else put(this.#message(block.text, thoughts.at(-1)), "text");
          break;
        case "thinking": {
          const carried = decodeSignature(block.signature ?? "");
          if (carried && isMadeBy(carried, origin)) thoughts.push(carried);
          else thoughts = [];
          break;
        }
        case "tool_use": {
          const call = callsOf.get(block);
          if (call) put(toCallItem(call), block.id);
          break;
        }
        case "redacted_thinking": // only Anthropic can read it
          break;
        default: {
          const told = tellBlock(block, notices);
          if (told) put(this.#message(told), null);
        }
      }
    }
    return items;
  }

  /** The reasoning sent back before an item. */
  #reasoningFor(
    before: string | null,
    thoughts: readonly Carried[],
  ): ReasoningItem[] {
    if (!this.#context.capabilities.reasoningBack) return [];
    if (before === null || thoughts.at(-1)?.before !== before) return [];
    const start = thoughts.findLastIndex((thought, index) =>
      index < thoughts.length - 1 && thought.before !== "thinking"
    );
    return thoughts.slice(start + 1).flatMap(({ item }) => {
      if (!item || this.#sent.has(item.id)) return [];
      this.#sent.add(item.id);
      return [item];
    });
  }

  #message(text: string, thought?: Carried): OutputMessageItem {
    const phase = thought?.phase;
    return {
      type: "message",
      id: `msg_${++this.#messages}`,
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text, annotations: [] }],
      ...(phase ? { phase } : {}),
    };
  }
}

function toCallItem({ toolUse, callId }: Call): FunctionCallItem {
  return {
    type: "function_call",
    call_id: callId,
    name: toFunctionName(toolUse.name),
    arguments: JSON.stringify(toolUse.input ?? {}),
  };
}
