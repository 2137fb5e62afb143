import type { ToolCallDelta } from "../openai/chat.ts";
import { ToolCall } from "./tool_call.ts";

/** What {@linkcode ToolCalls} needs to begin a call. */
export interface ToolCallsOptions {
  /**
   * Makes a new `toolu_…` id. The upstream's repeat across turns or are empty.
   */
  newToolUseId: () => string;
  /** Tool names changed for the upstream: its name to the client's. */
  toolNames: ReadonlyMap<string, string>;
  /** Only the first call counts; not every upstream can be told so. */
  singleToolUse: boolean;
}

/** Assigns fragments of tool calls to their calls. */
export class ToolCalls {
  readonly #options: ToolCallsOptions;
  /** The latest call for each upstream index and each upstream id. */
  readonly #byIndex = new Map<number, ToolCall>();
  readonly #byId = new Map<string, ToolCall>();
  #latest: ToolCall | undefined;
  #count = 0;

  constructor(options: ToolCallsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Finds the call of a fragment, or begins one.
   *
   * @param begin Called with a new call.
   * @returns `undefined` if the fragment's call is not wanted.
   */
  callOf(
    delta: ToolCallDelta,
    begin: (call: ToolCall) => void,
  ): ToolCall | undefined {
    const known = this.#known(delta);
    if (known) return known;
    const { name, arguments: given } = delta.function ?? {};
    if (!name && !given) return undefined; // an empty fragment is no call
    const { newToolUseId, toolNames, singleToolUse } = this.#options;
    if (singleToolUse && this.#count > 0) return undefined;
    const call = new ToolCall(delta, {
      id: newToolUseId(),
      toClientName: (name) => toolNames.get(name) ?? name,
    });
    this.#remember(call);
    begin(call);
    return call;
  }

  #remember(call: ToolCall): void {
    this.#count++;
    this.#latest = call;
    if (call.index !== null) this.#byIndex.set(call.index, call);
    this.#byId.set(call.upstreamId, call);
  }

  /**
   * By index, else by id, else the latest. A new id or, after complete
   * arguments, a name begins another call even under a known index: Gemini and
   * Ollama number every call 0.
   */
  #known({ index, id, function: fn }: ToolCallDelta): ToolCall | undefined {
    const call = typeof index === "number"
      ? this.#byIndex.get(index)
      : id
      ? this.#byId.get(id)
      : this.#latest;
    if (!call || !fn?.name) return call;
    const hasOtherId = Boolean(id) && id !== call.upstreamId;
    const isNext = !id && call.isDone();
    return hasOtherId || isNext ? undefined : call;
  }
}
