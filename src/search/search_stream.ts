import { abortError } from "../anthropic/errors.ts";
import type { StreamEvent, ToolUseBlock } from "../anthropic/message.ts";
import type { MessagesRequest } from "../anthropic/request.ts";
import type { ModelTurn } from "../stream/message_stream.ts";
import { assemble } from "../translate/assemble.ts";
import {
  callsClient,
  type Search,
  searchCalls,
  SearchTurns,
  withSearches,
} from "../translate/search_turns.ts";
import { type CountedUsage, sumUsage } from "../translate/counted_usage.ts";
import { NO_USAGE } from "../translate/usage.ts";
import { offerSearch, toSearchRules } from "../translate/web_search.ts";
import type { SearchEngine } from "./engine.ts";

/** What {@linkcode createSearchStream} depends on. */
export interface SearchStreamOptions {
  /** As the client sent it. */
  request: MessagesRequest;
  /** Asks the model; the first read sends the request. */
  ask: (request: MessagesRequest) => ModelTurn;
  engine: SearchEngine;
  /** Aborts the searches; the turns are ended by `cancel`. */
  abort: AbortController;
  /** The client already has `message_start`. */
  isStarted: boolean;
}

/**
 * An answer that includes searches made here.
 *
 * The model is offered `web_search` as a function. As long as it calls that,
 * and none of the client's tools, the search is made here, reported to the
 * client, and the model asked again with the results. This ends: each turn but
 * the last uses at least one of the searches the client allows.
 */
export function createSearchStream(
  { request, ask, engine, abort, isStarted }: SearchStreamOptions,
): ModelTurn {
  const told = new SearchTurns({ isStarted });
  const rules = toSearchRules(request);
  let usesLeft = rules.maxUses;
  let turn: ModelTurn | undefined;
  /** All events of the turn so far. */
  let heard: StreamEvent[] = [];
  const turns: ModelTurn[] = [];

  /** Takes a turn's events; returns those for the client. */
  function hear(events: StreamEvent[]): StreamEvent[] {
    heard.push(...events);
    return told.push(events);
  }

  /** Makes the remaining searches concurrently. */
  function search(calls: readonly ToolUseBlock[]): Promise<Search[]> {
    return Promise.all(calls.map(async (call) => {
      if (usesLeft-- <= 0) {
        return { call, outcome: { error: "max_uses_exceeded" } };
      }
      const { query } = call.input;
      const outcome = await engine(query, { rules, signal: abort.signal });
      return { call, outcome };
    }));
  }

  async function* run(): AsyncGenerator<StreamEvent[]> {
    let asked = { ...offerSearch(request), stream: true };
    for (;;) {
      heard = [];
      turns.push(turn = ask(asked));
      for (let read; (read = await turn.next()) !== null;) yield hear(read);
      const message = assemble(heard);
      const calls = message.stop_reason === "tool_use"
        ? searchCalls(message)
        : [];
      const hadUses = usesLeft > 0;
      const searches = await search(calls);
      if (abort.signal.aborted) throw abortError(abort.signal);
      yield searches.flatMap(({ call, outcome }) => told.result(call, outcome));
      if (calls.length === 0 || !hadUses || callsClient(message)) {
        return yield told.end();
      }
      const isLast = usesLeft <= 0;
      const next = withSearches(asked, message, { searches, isLast });
      asked = { ...next, stream: true };
    }
  }

  const running = run();
  return {
    start: () => hear(turn?.start() ?? []),
    keepAlive: () => told.push(turn?.keepAlive() ?? [{ type: "ping" }]),
    async next() {
      for (;;) {
        const { value, done } = await running.next();
        if (done) return null;
        if (value.length > 0) return value;
      }
    },
    cancel(reason) {
      abort.abort(reason);
      turn?.cancel(reason);
    },
    get usage(): CountedUsage | null {
      if (turns.every(({ usage }) => usage === null)) return null;
      const { server_tool_use } = told.usage;
      const used = turns.map(({ usage }) => usage)
        .filter((usage) => usage !== null)
        .reduce<CountedUsage>(sumUsage, NO_USAGE);
      return { ...used, server_tool_use };
    },
  };
}
