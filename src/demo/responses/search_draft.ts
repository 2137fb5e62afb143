import type { Draft, Event, FinalStatus, OutputItem } from "./draft.ts";

/** Writes a web search; its sources only on request. */
export class SearchDraft implements Draft {
  readonly begun: OutputItem;
  readonly #action: Record<string, unknown>;

  constructor(
    id: string,
    search: {
      query: string;
      sources: readonly string[];
      showsSources: boolean;
    },
  ) {
    const { query, sources, showsSources } = search;
    const urls = sources.map((url) => ({ type: "url", url }));
    this.#action = {
      type: "search",
      queries: [query],
      query,
      ...(showsSources ? { sources: urls } : {}),
    };
    this.begun = {
      id,
      type: "web_search_call",
      status: "in_progress",
      action: { type: "search", query },
    };
  }

  write(): Event[] {
    return [
      { type: "response.web_search_call.in_progress" },
      { type: "response.web_search_call.searching" },
    ];
  }

  end(): Event[] {
    return [{ type: "response.web_search_call.completed" }];
  }

  finished(status: FinalStatus): OutputItem {
    return { ...this.begun, status, action: this.#action };
  }
}
