/**
 * The items of a response, written to the client as they arrive.
 *
 * @module
 */
import type {
  AnyItem,
  ResponsesEvent,
  SourceAnnotation,
} from "../openai/responses_events.ts";
import type { MessageWriter } from "./message_writer.ts";
import { ToldReasoning } from "./responses_reasoning.ts";
import { ToldText } from "./responses_text.ts";

/** An event that adds to an item. */
export type ItemDelta = Extract<ResponsesEvent, { delta: string }>;

/** An item in progress. */
export interface ToldItem {
  /** Writes a piece of it. */
  delta?(event: ItemDelta): void;
  /** Adds a page that its text cites. */
  cite?(annotation: SourceAnnotation): void;
  /** Writes what has not been written of it. May be called more than once. */
  done(item: AnyItem): void;
}

/** Begins writing an item. */
export function openItem(
  item: AnyItem,
  { place, writer }: {
    /** Its place in the response's output. */
    place: number;
    writer: MessageWriter;
  },
): ToldItem {
  switch (item.type) {
    case "message":
      return new ToldText(item, writer);
    case "reasoning":
      return new ToldReasoning(writer);
    case "function_call":
      return toldCall(item, { place, writer });
    case "web_search_call":
      return toldSearch(writer);
    default:
      return { done() {} }; // of tools that are never offered
  }
}

function toldCall(
  { call_id: id, name }: AnyItem,
  { place: index, writer }: { place: number; writer: MessageWriter },
): ToldItem {
  let sent = 0;
  const add = (text: string) => {
    sent += text.length;
    writer.call({ index, function: { arguments: text } });
  };
  writer.call({ index, id, function: { name } });
  return {
    delta: ({ delta }) => add(delta),
    done: ({ arguments: whole }) => add((whole ?? "").slice(sent)),
  };
}

function toldSearch(writer: MessageWriter): ToldItem {
  let isTold = false;
  return {
    done({ status, action }) {
      const isSearch = action?.type === "search" || action?.type === undefined;
      if (isTold || !isSearch) return; // opening pages is not a search
      isTold = true;
      const { query, queries, sources } = action ?? {};
      writer.search({
        query: query || queries?.join(", ") || "",
        urls: (sources ?? []).map(({ url }) => url).filter((url) => !!url)
          .map(String),
        hasFailed: status === "failed",
      });
    },
  };
}
