/**
 * Writes what a script says as a response: its events in order, or the whole.
 * Pure.
 *
 * @see {@link
 * https://platform.openai.com/docs/api-reference/responses-streaming}
 * @module
 */
import { CallDraft } from "./call_draft.ts";
import type { Draft, Event, OutputItem } from "./draft.ts";
import { codeOf, type Stamp, toEnding, toEnvelope } from "./envelope.ts";
import { MessageDraft } from "./message_draft.ts";
import { type Passage, toPassages } from "./passages.ts";
import { ReasoningDraft } from "./reasoning_draft.ts";
import type { ResponsesRequest } from "./request.ts";
import { SearchDraft } from "./search_draft.ts";
import type { Said } from "./strokes.ts";

/** Options for {@linkcode write}. */
export interface WriteOptions {
  request: ResponsesRequest;
  stamp: Stamp;
  /** The organization whose keys encrypt reasoning. */
  organization: string;
}

/** A response, as events and whole. */
export interface Written {
  events: Event[];
  /** The final `response`. */
  response: Record<string, unknown>;
  /** The complete items. */
  output: OutputItem[];
}

/** Writes a response. One that was not finished has no final event. */
export function write(said: Said, options: WriteOptions): Written {
  const envelope = toEnvelope(options.request, options.stamp);
  const { events, output } = writeItems(said, options);
  const { type, fields } = toEnding(said, output);
  const response = { ...envelope, ...fields };
  const last = said.error
    ? [toErrorEvent(said.error)]
    : said.finishReason === null
    ? []
    : [{ type, response }];
  const all = [
    { type: "response.created", response: envelope },
    ...(said.isQueued
      ? [{
        type: "response.queued",
        response: { ...envelope, status: "queued" },
      }]
      : []),
    { type: "response.in_progress", response: envelope },
    ...events,
    ...last,
  ];
  const isPadded = options.request.stream_options?.include_obfuscation ?? true;
  return {
    events: all.map(({ type, ...fields }, sequence_number) => ({
      type,
      sequence_number,
      ...fields,
      ...(isPadded ? toPadding(fields) : {}),
    })),
    response,
    output,
  };
}

/** Pads pieces to equal length, so that listeners cannot tell them apart. */
function toPadding({ delta }: Partial<Event>): { obfuscation?: string } {
  if (typeof delta !== "string") return {};
  return { obfuscation: "x".repeat(16 - delta.length % 16) };
}

function writeItems(
  { strokes, finishReason }: Said,
  options: WriteOptions,
): { events: Event[]; output: OutputItem[] } {
  const { passages, turns } = toPassages(strokes);
  const drafts = passages.map((passage, index) =>
    toDraft(passage, { ...options, index, next: passages[index + 1] })
  );
  const output: OutputItem[] = [];
  const isLength = finishReason === "length";
  const events = strokes.flatMap((stroke, at) => {
    const passage = turns[at];
    const output_index = passages.findIndex((each) => each === passage);
    const draft = drafts[output_index];
    if (!draft) return [];
    const { type, id } = draft.begun;
    const place = { item_id: id, output_index };
    const isFirst = passage?.strokes[0] === stroke;
    const isLast = passage?.strokes.at(-1) === stroke;
    const isCut = isLast && at === strokes.length - 1;
    const begun = { type: ADDED, output_index, item: draft.begun };
    const written = draft.write(stroke);
    const list = [
      ...(isFirst ? [begun] : []),
      ...written.map((event) => ({ ...event, ...place })),
    ];
    if (!isLast || (isCut && finishReason === null)) return list;
    const ended = draft.end().map((event) => ({ ...event, ...place }));
    const isIncomplete = isCut && isLength && type !== "reasoning";
    const item = draft.finished(isIncomplete ? "incomplete" : "completed");
    output[output_index] = item;
    return [...list, ...ended, { type: DONE, output_index, item }];
  });
  return { events, output: output.filter(Boolean) };
}

const ADDED = "response.output_item.added";
const DONE = "response.output_item.done";

function toDraft(
  { strokes, type }: Passage,
  { request, stamp, organization, index, next }: WriteOptions & {
    index: number;
    next: Passage | undefined;
  },
): Draft {
  const id = `${PREFIXES[type]}_${stamp.id}_${index}`;
  const [first] = strokes;
  switch (first?.kind) {
    case "call":
      return new CallDraft(id, {
        callId: first.id ?? `call_${stamp.id}_${index}`,
        name: nameOf(strokes),
      });
    case "search":
      return new SearchDraft(id, {
        ...first,
        showsSources: includes(request, "web_search_call.action.sources"),
      });
    case "reasoning":
    case "thought":
    case "reasoning item":
      return new ReasoningDraft(id, {
        showsSummary: Boolean(request.reasoning?.summary),
        isEncrypted: includes(request, "reasoning.encrypted_content"),
        organization,
        next: next?.type ?? null,
      });
    default:
      return new MessageDraft(id, first?.kind === "text" ? first.phase : null);
  }
}

const PREFIXES: Record<Passage["type"], string> = {
  message: "msg",
  reasoning: "rs",
  function_call: "fc",
  web_search_call: "ws",
};

function includes(
  { include }: ResponsesRequest,
  what: NonNullable<ResponsesRequest["include"]>[number],
): boolean {
  return include?.includes(what) ?? false;
}

/** The name from all its pieces; repetitions count once. */
function nameOf(strokes: Passage["strokes"]): string {
  const names = strokes.flatMap((stroke) =>
    stroke.kind === "call" && stroke.name !== undefined ? [stroke.name] : []
  );
  return names.every((name) => name === names[0])
    ? names[0] ?? ""
    : names.join("");
}

/** Errors in a stream are flat. */
function toErrorEvent(error: Record<string, unknown>): Event {
  const { message, param = null } = error;
  return { type: "error", code: codeOf(error), message, param };
}
