import { readFailure } from "../openai/errors.ts";
import {
  EVENT_NAMES,
  ResponseBody,
  ResponsesEvent,
  toLastEvent,
} from "../openai/responses_events.ts";
import { parseJson } from "../parse_json.ts";
import type { Read, StreamFormat } from "./stream_format.ts";

/**
 * The Responses API: named events until one that says how the response ended. A
 * whole response is its last event.
 */
export const responsesFormat: StreamFormat<ResponsesEvent> = {
  name: "response",

  readEvent(event, data) {
    // Most others repeat the whole request, including tools: not worth parsing.
    if (event?.startsWith("response.") && !EVENT_NAMES.has(event)) return {};
    if (data.trim() === "[DONE]") return {}; // from proxies; it means nothing
    const json = parseJson(data);
    const { type = event, error } = Object(json);
    if (type === "error" || (error && type === undefined)) {
      return { failure: readFailure(error ?? withoutType(json) ?? data) };
    }
    if (!EVENT_NAMES.has(type)) return json === undefined ? null : {};
    const isNamed = Object(json).type !== undefined;
    const known = ResponsesEvent.safeParse(
      isNamed ? json : { ...Object(json), type },
    );
    return known.success ? toRead(known.data) : null;
  },

  readWhole(json) {
    const { data } = ResponseBody.safeParse(json);
    if (!data) return null;
    if (data.error) return { failure: readFailure(data.error) };
    const last = data.output && toLastEvent(data);
    return last ? toRead(last) : null;
  },
};

function toRead(event: ResponsesEvent): Read<ResponsesEvent> {
  switch (event.type) {
    case "response.failed":
      return { failure: readFailure(event.response.error ?? {}) };
    case "response.completed":
    case "response.incomplete":
      return { piece: event, isLast: true };
    default:
      return { piece: event };
  }
}

/** An error event's own type, `error`, does not describe the error. */
function withoutType(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return undefined;
  return { ...json, type: undefined };
}
