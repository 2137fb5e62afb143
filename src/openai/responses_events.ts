/**
 * The Responses API as upstreams speak it: what we receive. Loose schemas of
 * what is read; every field that some server omits may be missing or null.
 *
 * @see {@link
 * https://developers.openai.com/api/reference/resources/responses/streaming-events}
 * @module
 */
import { z } from "zod";

const Piece = z.looseObject({
  type: z.string().nullish(),
  text: z.string().nullish(),
});

/** A page that a text cites. */
const Annotation = z.looseObject({
  type: z.string(),
  url: z.string().nullish(), // files have none
  title: z.string().nullish(),
});

const Content = Piece.extend({
  refusal: z.string().nullish(),
  annotations: z.array(Annotation).nullish().catch(null), // never worth an error
});

/** What a search was for and where it looked. */
const SearchAction = z.looseObject({
  type: z.string().nullish(), // search, open_page, find_in_page
  query: z.string().nullish(),
  queries: z.array(z.string()).nullish(),
  sources: z.array(z.looseObject({ url: z.string().nullish() })).nullish(),
});

/** Item types that are read: what the tools we offer can produce. */
const ITEM_TYPES = [
  "message",
  "reasoning",
  "function_call",
  "web_search_call",
] as const;

/** Fields of items; which of them an item has depends on its type. */
const ItemFields = z.object({
  id: z.string().nullish(),
  status: z.string().nullish(),
  call_id: z.string().nullish(),
  name: z.string().nullish(),
  arguments: z.string().nullish(),
  content: z.array(Content).nullish(),
  summary: z.array(Piece).nullish(),
  encrypted_content: z.string().nullish(),
  phase: z.string().nullish(),
  action: SearchAction.nullish().catch(null), // never worth an error
});

/** An item, begun or done. */
export const OutputItem = z.looseObject({
  type: z.enum(ITEM_TYPES),
  ...ItemFields.shape,
});

/** An item of another type: nothing in it is read, so nothing fails. */
const OtherItem = z.looseObject({
  type: z.string().refine((type) => !ITEM_TYPES.some((ours) => ours === type)),
}).transform((): z.infer<typeof ItemFields> & { type: "other" } => ({
  type: "other",
}));

const AnyItem = z.union([OutputItem, OtherItem]);

const ResponsesUsage = z.looseObject({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  input_tokens_details: z.looseObject({
    cached_tokens: z.number().nullish(),
    cache_write_tokens: z.number().nullish(),
  }).nullish(),
  output_tokens_details: z.looseObject({
    reasoning_tokens: z.number().nullish(),
  }).nullish(),
});

/** A whole response, or its state in an event. */
export const ResponseBody = z.looseObject({
  status: z.string().nullish(), // completed, incomplete, failed, …
  output: z.array(AnyItem).nullish(),
  usage: ResponsesUsage.nullish(),
  incomplete_details: z.looseObject({
    reason: z.string().nullish(), // max_output_tokens, content_filter, …
  }).nullish(),
  error: z.unknown().optional(),
});

function event<T extends string, S extends z.ZodRawShape>(type: T, shape: S) {
  return z.looseObject({
    type: z.literal(type),
    output_index: z.number().nullish(), // which item it is about
    content_index: z.number().nullish(), // … and which part of its content
    summary_index: z.number().nullish(), // … or of its summary
    ...shape,
  });
}

const delta = { delta: z.string() };
const response = { response: ResponseBody };

/** Events that are read. The others repeat these, or carry nothing we need. */
export const ResponsesEvent = z.discriminatedUnion("type", [
  event("response.output_item.added", { item: AnyItem }),
  event("response.output_item.done", { item: AnyItem }),
  event("response.output_text.delta", delta),
  event("response.refusal.delta", delta),
  event("response.output_text.annotation.added", {
    annotation: Annotation.nullish().catch(null),
  }),
  event("response.function_call_arguments.delta", delta),
  event("response.reasoning_summary_text.delta", delta),
  event("response.reasoning_text.delta", delta),
  event("response.completed", response),
  event("response.incomplete", response),
  event("response.failed", response),
]);

export type AnyItem = z.infer<typeof AnyItem>;
export type SearchAction = z.infer<typeof SearchAction>;
export type SourceAnnotation = z.infer<typeof Annotation>;
export type ResponsesUsage = z.infer<typeof ResponsesUsage>;
export type ResponseBody = z.infer<typeof ResponseBody>;
export type ResponsesEvent = z.infer<typeof ResponsesEvent>;

/** Names of the events that are read. */
export const EVENT_NAMES: ReadonlySet<string> = new Set(
  ResponsesEvent.options.flatMap(({ shape }) => [...shape.type.values]),
);

/**
 * The event with which a whole response's stream would have ended; `null` if it
 * has not ended.
 */
export function toLastEvent(response: ResponseBody): ResponsesEvent | null {
  switch (response.status ?? "completed") {
    case "completed":
      return { type: "response.completed", response };
    case "incomplete":
      return { type: "response.incomplete", response };
    default:
      return null;
  }
}
