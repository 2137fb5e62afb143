import type { Citation, ServerToolUsage } from "../anthropic/message.ts";
import type { Annotation } from "../openai/chat.ts";
import type { OpenBlock } from "./block_writer.ts";
import {
  type FoundPage,
  type SearchOutcome,
  toCitation,
  toldSearch,
} from "./web_search_blocks.ts";

/** Options for {@linkcode WebSources}. */
export interface WebSourcesOptions {
  /** What the upstream was to search for; `null`: no search. */
  searchQuery: string | null;
  newToolUseId: () => string;
}

/** A search reported by the upstream, with the pages it found, if named. */
export interface ToldSearch {
  query: string;
  urls: readonly string[];
  hasFailed: boolean;
}

/**
 * The pages an upstream that searches itself says it found.
 *
 * They are reported with the search, or as annotations of its text, before or
 * after it. They become searches with their results, and citations of the text.
 * Each page counts once; what nobody asked for is left out.
 */
export class WebSources {
  readonly #options: WebSourcesOptions;
  readonly #found = new Set<string>();
  readonly #cited = new Set<string>();
  /** Queries of searches whose pages are not known yet. */
  #open: string[] = [];
  #untold: FoundPage[] = [];
  #uncited: FoundPage[] = [];
  #searches = 0;

  constructor(options: WebSourcesOptions) {
    this.#options = options;
  }

  /** Adds pages that the text cites. */
  add(annotations: readonly Annotation[]): void {
    if (this.#options.searchQuery === null) return;
    for (const { url_citation: source } of annotations) {
      if (!source) continue;
      const { url, title, content } = source;
      const page = { url, title: title || url, text: content ?? "", age: null };
      if (!this.#found.has(url)) this.#untold.push(page);
      if (!this.#cited.has(url)) this.#uncited.push(page);
      this.#found.add(url);
      this.#cited.add(url);
    }
  }

  /** Adds a search; returns its blocks, if its pages are known. */
  search({ query, urls, hasFailed }: ToldSearch): OpenBlock[] {
    if (this.#options.searchQuery === null) return [];
    if (hasFailed) return this.#tell(query, { error: "unavailable" });
    this.#searches++;
    if (urls.length === 0) {
      this.#open.push(query);
      return [];
    }
    const pages = urls.map((url) => ({ url, title: url, text: "", age: null }));
    for (const url of urls) this.#found.add(url);
    return this.#tell(query, { pages });
  }

  /** Blocks for what was found and not yet reported. */
  takeBlocks(): OpenBlock[] {
    const { searchQuery } = this.#options;
    if (searchQuery === null || this.#untold.length === 0) return [];
    const pages = this.#untold;
    this.#untold = [];
    return this.#tell(this.#open.shift() ?? searchQuery, { pages });
  }

  /** The same at the answer's end: includes searches that found nothing. */
  takeLastBlocks(): OpenBlock[] {
    const blocks = this.takeBlocks();
    const empty = this.#open.flatMap((query) =>
      this.#tell(query, { pages: [] })
    );
    this.#open = [];
    return [...blocks, ...empty];
  }

  /** The pages no text has cited yet. */
  takeCitations(): Citation[] {
    const pages = this.#uncited;
    this.#uncited = [];
    return pages.map(toCitation);
  }

  /** The number of searches; one, if the upstream reports only pages. */
  get usage(): ServerToolUsage | null {
    const searches = this.#searches || Math.min(this.#found.size, 1);
    if (searches === 0) return null;
    return { web_search_requests: searches, web_fetch_requests: 0 };
  }

  #tell(query: string, outcome: SearchOutcome): OpenBlock[] {
    const id = `srv${this.#options.newToolUseId()}`;
    return toldSearch({ id, query, outcome });
  }
}
