import type { Draft, Event, FinalStatus, OutputItem } from "./draft.ts";
import type { Stroke } from "./strokes.ts";

/** Writes a function call. */
export class CallDraft implements Draft {
  readonly begun: OutputItem;
  readonly #name: string;
  #arguments = "";

  constructor(id: string, call: { callId: string; name: string }) {
    const { callId, name } = call;
    this.#name = name;
    this.begun = {
      id,
      type: "function_call",
      status: "in_progress",
      arguments: "",
      call_id: callId,
      name,
    };
  }

  write(stroke: Stroke): Event[] {
    if (stroke.kind !== "call" || stroke.args === "") return [];
    this.#arguments += stroke.args;
    const type = "response.function_call_arguments.delta";
    return [{ type, delta: stroke.args }];
  }

  end(): Event[] {
    return [{
      type: "response.function_call_arguments.done",
      name: this.#name,
      arguments: this.#arguments,
    }];
  }

  finished(status: FinalStatus): OutputItem {
    return { ...this.begun, status, arguments: this.#arguments };
  }
}
