import type { StreamEvent } from "../anthropic/message.ts";
import type { ModelTurn } from "../stream/message_stream.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { Notices } from "../translate/notices.ts";
import {
  type SearchShell,
  unavailableSearch,
} from "../translate/unavailable_search.ts";
import { planSearch, toSearchQuery } from "../translate/web_search.ts";
import type { SearchEngine } from "./engine.ts";
import {
  createSearchStream,
  type SearchStreamOptions,
} from "./search_stream.ts";

/** What {@linkcode createSearchAnswer} depends on. */
export interface SearchAnswerOptions
  extends Omit<SearchStreamOptions, "request" | "engine"> {
  /** `null`: none is configured. */
  engine: SearchEngine | null;
  capabilities: Pick<Capabilities, "webSearch">;
  context: SearchShell;
  notices: Notices;
}

/**
 * The answer to a request in which the model may search the web, unless the
 * upstream handles that.
 *
 * @returns `null` if no search is handled here.
 */
export function createSearchAnswer(
  request: SearchStreamOptions["request"],
  { engine, capabilities, context, notices, ...options }: SearchAnswerOptions,
): ModelTurn | null {
  const { webSearch } = capabilities;
  const plan = planSearch(request, { webSearch, hasEngine: engine !== null });
  if (plan === "here" && engine) {
    const isLocal = request.tools?.some(({ user_location }) => user_location);
    if (isLocal) notices.add("user_location of web_search left out");
    return createSearchStream({ ...options, request, engine });
  }
  if (plan !== "unavailable") return null;
  notices.add("web_search unavailable: set SEARCH_URL or BRAVE_API_KEY");
  const events = unavailableSearch(toSearchQuery(request), context);
  return told(
    options.isStarted
      ? events.filter(({ type }) => type !== "message_start")
      : events,
  );
}

/** An answer known from the start. */
function told(events: StreamEvent[]): ModelTurn {
  let isTold = false;
  return {
    start: () => [],
    keepAlive: () => [],
    next() {
      const read = isTold ? null : events;
      isTold = true;
      return Promise.resolve(read);
    },
    cancel() {},
    usage: null,
  };
}

/** All events of an answer, for a client that wants it whole. */
export async function readToEnd(answer: ModelTurn): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for (let read; (read = await answer.next()) !== null;) events.push(...read);
  return events;
}
