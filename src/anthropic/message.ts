/**
 * What the Messages API returns: the message, its blocks, its stream events.
 * Hand-written for what this server produces; `tests/types_contract.ts` checks
 * it against the official SDK's types.
 *
 * @see {@link https://platform.claude.com/docs/en/build-with-claude/streaming}
 * @module
 */

/** Why the model stopped. */
export type StopReason =
  | "end_turn"
  | "max_tokens"
  | "stop_sequence"
  | "tool_use"
  | "refusal";

/** Token counts of one message. `input_tokens` excludes cached tokens. */
export interface Usage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  output_tokens: number;
  output_tokens_details: { thinking_tokens: number };
  server_tool_use: ServerToolUsage | null;
}

/** How often server-side tools ran. */
export interface ServerToolUsage {
  web_search_requests: number;
  web_fetch_requests: number;
}

/** Usage in a whole message. */
export interface MessageUsage extends Usage {
  cache_creation: {
    ephemeral_5m_input_tokens: number;
    ephemeral_1h_input_tokens: number;
  };
  service_tier: "standard";
  inference_geo: null;
  speed: "standard";
}

/** A piece of an assistant message. */
export type ContentBlock =
  | { type: "text"; text: string; citations: Citation[] | null }
  | { type: "thinking"; thinking: string; signature: string }
  | ToolUseBlock
  | ServerToolUseBlock
  | WebSearchToolResultBlock;

/** A call of one of the client's tools. */
export interface ToolUseBlock {
  type: "tool_use";
  id: string;
  name: string;
  input: Record<string, unknown>;
  caller: { type: "direct" };
}

/** A server-side web search. */
export interface ServerToolUseBlock {
  type: "server_tool_use";
  /** `srvtoolu_…` */
  id: string;
  name: "web_search";
  input: Record<string, unknown>;
  caller: { type: "direct" };
}

/** The result of a {@linkcode ServerToolUseBlock}: pages, or an error. */
export interface WebSearchToolResultBlock {
  type: "web_search_tool_result";
  tool_use_id: string;
  content:
    | WebSearchResult[]
    | { type: "web_search_tool_result_error"; error_code: WebSearchErrorCode };
  caller: { type: "direct" };
}

/** A page that was found. */
export interface WebSearchResult {
  type: "web_search_result";
  url: string;
  title: string;
  /** Text that only Anthropic's own models can read; empty here. */
  encrypted_content: string;
  page_age: string | null;
}

/** Why a search found nothing. */
export type WebSearchErrorCode =
  | "invalid_tool_input"
  | "unavailable"
  | "max_uses_exceeded"
  | "too_many_requests"
  | "query_too_long";

/** A page that a text block cites. */
export interface Citation {
  type: "web_search_result_location";
  url: string;
  title: string | null;
  cited_text: string;
  /** As `encrypted_content` of a result; empty here. */
  encrypted_index: string;
}

/** An increment to the content block at the event's `index`. */
export type Delta =
  | { type: "text_delta"; text: string }
  | { type: "thinking_delta"; thinking: string }
  | { type: "signature_delta"; signature: string }
  | { type: "input_json_delta"; partial_json: string }
  | { type: "citations_delta"; citation: Citation };

/** Why the model refused, in words. */
export interface RefusalDetails {
  type: "refusal";
  category: null;
  explanation: string | null;
}

/** A complete assistant message, or its empty shell in `message_start`. */
export interface Message {
  id: string;
  type: "message";
  role: "assistant";
  model: string;
  content: ContentBlock[];
  stop_reason: StopReason | null;
  stop_sequence: string | null;
  stop_details: RefusalDetails | null;
  container: null;
  diagnostics: null;
  context_management?: { applied_edits: [] };
  usage: MessageUsage;
}

/** One server-sent event of a streamed message; `type` is the event's name. */
export type StreamEvent =
  | { type: "message_start"; message: Message }
  | { type: "content_block_start"; index: number; content_block: ContentBlock }
  | { type: "content_block_delta"; index: number; delta: Delta }
  | { type: "content_block_stop"; index: number }
  | {
    type: "message_delta";
    delta: {
      stop_reason: StopReason;
      stop_sequence: string | null;
      stop_details: RefusalDetails | null;
      container: null;
    };
    usage: Usage;
    context_management?: { applied_edits: [] };
  }
  | { type: "message_stop" }
  | { type: "ping" };
