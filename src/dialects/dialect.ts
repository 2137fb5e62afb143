import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatChunk, ChatRequest } from "../openai/chat.ts";

/**
 * How one upstream differs from plain Chat Completions. A dialect states only
 * its differences; everything else behaves as in the plain one.
 */
export interface Dialect {
  /** Name used in configuration, logs and thinking signatures. */
  name: string;
  /** Hosts that speak it; a leading dot matches all subdomains. */
  hosts: readonly string[];
  /** What a model of this upstream accepts unlike the plain dialect. */
  capabilities?(model: string): Partial<Capabilities>;
  /**
   * What it accepts differently in the Responses API. An upstream with this is
   * called through it by default, for models that reason.
   */
  responses?(model: string): Partial<Capabilities>;
  /** Adapts a Chat Completions request; `asked` is what the client sent. */
  request?(chat: ChatRequest, asked: MessagesRequest): ChatRequest;
  /**
   * Creates the function that normalizes the chunks of one answer; a whole
   * completion comes as one chunk. State is the answer's own.
   */
  chunks?(asked: MessagesRequest): (chunk: ChatChunk) => ChatChunk;
  /** Header for the key in its OpenAI-like APIs; default: a bearer token. */
  chatKeyHeader?: string;
  /** Header for the key in its Messages API; default: a bearer token. */
  messagesKeyHeader?: string;
  /** Headers it requires besides authorization. */
  headers?: Readonly<Record<string, string>>;
}
