import type { Citation, ServerToolUsage } from "../anthropic/message.ts";
import type { Annotation } from "../openai/chat.ts";
import type { OpenBlock } from "./block_writer.ts";
import { type FoundPage, toCitation, toldSearch } from "./web_search_blocks.ts";

/** Options for {@linkcode WebSources}. */
export interface WebSourcesOptions {
  /** What the upstream was to search for; `null`: it was not to search. */
  searchQuery: string | null;
  newToolUseId: () => string;
}

/**
 * The pages an upstream that searches itself says it found.
 *
 * It tells them as annotations of its text, before it or after. They become a
 * search with its results once, or twice where some come late, and citations of
 * the text. Each page counts once; what nobody asked for is left out.
 */
export class WebSources {
  readonly #options: WebSourcesOptions;
  readonly #known = new Set<string>();
  #untold: FoundPage[] = [];
  #uncited: FoundPage[] = [];

  constructor(options: WebSourcesOptions) {
    this.#options = options;
  }

  add(annotations: readonly Annotation[]): void {
    if (this.#options.searchQuery === null) return;
    for (const { url_citation: source } of annotations) {
      if (!source || this.#known.has(source.url)) continue;
      const { url, title, content } = source;
      this.#known.add(url);
      const page = { url, title: title || url, text: content ?? "", age: null };
      this.#untold.push(page);
      this.#uncited.push(page);
    }
  }

  /** Blocks that tell the pages not told yet. */
  takeBlocks(): OpenBlock[] {
    const { searchQuery: query, newToolUseId } = this.#options;
    const pages = this.#untold;
    if (query === null || pages.length === 0) return [];
    this.#untold = [];
    const id = `srv${newToolUseId()}`;
    return toldSearch({ id, query, outcome: { pages } });
  }

  /** The pages no text has cited yet. */
  takeCitations(): Citation[] {
    const pages = this.#uncited;
    this.#uncited = [];
    return pages.map(toCitation);
  }

  /** The one search, however many pages it found. */
  get usage(): ServerToolUsage | null {
    if (this.#known.size === 0) return null;
    return { web_search_requests: 1, web_fetch_requests: 0 };
  }
}
