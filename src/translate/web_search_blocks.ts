/**
 * What the client is shown of a web search: the search, then its results.
 *
 * @module
 */
import type {
  Citation,
  ServerToolUseBlock,
  WebSearchErrorCode,
  WebSearchToolResultBlock,
} from "../anthropic/message.ts";
import type { OpenBlock } from "./block_writer.ts";

/** A page that was found. */
export interface FoundPage {
  url: string;
  title: string;
  /** Its content on the matter, as the search engine reports it. */
  text: string;
  /** Its age, as the search engine words it. */
  age: string | null;
}

/** Result of a search. */
export type SearchOutcome =
  | { pages: readonly FoundPage[]; error?: never }
  | { pages?: never; error: WebSearchErrorCode };

const CALLER = { type: "direct" as const };

/** Longest quotation in a citation, in characters; Anthropic's are as short. */
const MAX_QUOTE = 150;

/** A search without its input. */
export function searchBlock(id: string): ServerToolUseBlock {
  return {
    type: "server_tool_use",
    id,
    name: "web_search",
    input: {},
    caller: CALLER,
  };
}

/** What a search found, or why it found nothing. */
export function searchResultBlock(
  id: string,
  { pages, error }: SearchOutcome,
): WebSearchToolResultBlock {
  return {
    type: "web_search_tool_result",
    tool_use_id: id,
    content: pages
      ? pages.map(({ url, title, age }) => ({
        type: "web_search_result",
        url,
        title,
        encrypted_content: "",
        page_age: age,
      }))
      : { type: "web_search_tool_result_error", error_code: error },
    caller: CALLER,
  };
}

/** A finished search, as the two blocks of a stream. */
export function toldSearch(
  { id, query, outcome }: { id: string; query: string; outcome: SearchOutcome },
): OpenBlock[] {
  const partial_json = JSON.stringify({ query });
  return [
    {
      shell: () => searchBlock(id),
      isDone: () => true,
      last: () => [{ type: "input_json_delta", partial_json }],
    },
    {
      shell: () => searchResultBlock(id, outcome),
      isDone: () => true,
      last: () => [],
    },
  ];
}

/** A page as a citation. */
export function toCitation({ url, title, text }: FoundPage): Citation {
  return {
    type: "web_search_result_location",
    url,
    title,
    cited_text: text.slice(0, MAX_QUOTE),
    encrypted_index: "",
  };
}
