/**
 * The Responses API as upstreams speak it: what we send, typed by hand.
 * `tests/responses_contract.ts` checks it against the official SDK's types.
 * Nothing is stored there: what a later turn needs is sent again with it.
 *
 * @see {@link https://developers.openai.com/api/reference/resources/responses}
 * @module
 */
import type { Effort } from "./capabilities.ts";

/** A part of a user's message or of a function's output. */
export type InputPart =
  | { type: "input_text"; text: string }
  | { type: "input_image"; image_url: string; detail: "auto" }
  | { type: "input_file"; filename: string; file_data: string }
  | { type: "input_file"; filename: string; file_url: string };

/** What the user or the developer says. */
export interface InputMessageItem {
  type: "message";
  role: "user" | "developer" | "system";
  content: InputPart[];
}

/** What the model said. */
export interface OutputMessageItem {
  type: "message";
  /** `msg_…`, meaningless if nothing is stored. */
  id: string;
  role: "assistant";
  status: "completed";
  content: { type: "output_text"; text: string; annotations: [] }[];
  /** Whether it is an interim remark or the answer; only some models say. */
  phase?: "commentary" | "final_answer";
}

/** The model's reasoning, for the item after it. */
export interface ReasoningItem {
  type: "reasoning";
  /** `rs_…` */
  id: string;
  summary: { type: "summary_text"; text: string }[];
  /** Reasoning in plain text, from models whose makers show it. */
  content?: { type: "reasoning_text"; text: string }[];
  /** The reasoning itself, readable only by its maker. */
  encrypted_content?: string;
}

/** The model's call of a function; `arguments` is JSON text. */
export interface FunctionCallItem {
  type: "function_call";
  call_id: string;
  name: string;
  arguments: string;
}

/** The result of a call. */
export interface FunctionCallOutputItem {
  type: "function_call_output";
  call_id: string;
  output: string | InputPart[];
}

/** One item of the history we send. */
export type InputItem =
  | InputMessageItem
  | OutputMessageItem
  | ReasoningItem
  | FunctionCallItem
  | FunctionCallOutputItem;

/** A function the model may call. */
export interface FunctionTool {
  type: "function";
  name: string;
  description?: string;
  parameters: Record<string, unknown>;
  /**
   * Always sent: if it is missing, OpenAI makes every schema strict, and
   * optional parameters become required.
   */
  strict: boolean;
}

/** The upstream's own web search. */
export interface WebSearchTool {
  type: "web_search";
  filters?: { allowed_domains: string[] };
  user_location?:
    & { type: "approximate" }
    & Partial<
      Record<"city" | "region" | "country" | "timezone", string>
    >;
}

/** Whether the model must, may or must not call a tool. */
export type ResponsesToolChoice =
  | "auto"
  | "none"
  | "required"
  | { type: "function"; name: string }
  | {
    type: "allowed_tools";
    mode: "required";
    tools: { type: "web_search" }[];
  };

/** Body of `POST /responses`. */
export interface ResponsesRequest {
  model: string;
  instructions?: string;
  input: InputItem[];
  tools?: (FunctionTool | WebSearchTool)[];
  tool_choice?: ResponsesToolChoice;
  parallel_tool_calls?: boolean;
  /** Most searches in one answer. */
  max_tool_calls?: number;
  text?: {
    format: { type: "json_object" } | {
      type: "json_schema";
      name: string;
      schema: Record<string, unknown>;
      strict: boolean;
    };
  };
  reasoning?: { effort?: Effort; summary?: "auto" };
  /** Answer and reasoning together, in tokens. */
  max_output_tokens: number;
  temperature?: number;
  top_p?: number;
  include?:
    ("reasoning.encrypted_content" | "web_search_call.action.sources")[];
  prompt_cache_key?: string;
  prompt_cache_retention?: "24h";
  safety_identifier?: string;
  service_tier?: "default";
  store: false;
  stream: boolean;
}
