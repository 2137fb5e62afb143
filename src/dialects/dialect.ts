import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatChunk, ChatRequest } from "../openai/chat.ts";

/**
 * How one upstream differs from plain Chat Completions. A dialect states only
 * its differences; what it leaves out behaves as the plain one does.
 */
export interface Dialect {
  /** Name used in configuration, logs and thinking signatures. */
  name: string;
  /** Hosts it is spoken at; a leading dot stands for all subdomains. */
  hosts: readonly string[];
  /** What this upstream takes otherwise than the plain one, for a model of its. */
  capabilities?(model: string): Partial<Capabilities>;
  /**
   * What it takes otherwise in the Responses API. An upstream that has this is
   * asked in it by itself, for models that reason.
   */
  responses?(model: string): Partial<Capabilities>;
  /** Adjusts a Chat Completions request; `asked` is what the client sent. */
  request?(chat: ChatRequest, asked: MessagesRequest): ChatRequest;
  /**
   * Makes what turns the chunks of one answer to plain ones; a whole completion
   * comes as one chunk. State is the answer's own.
   */
  chunks?(asked: MessagesRequest): (chunk: ChatChunk) => ChatChunk;
  /** Header its OpenAI-like APIs take the key in; else it is a bearer token. */
  chatKeyHeader?: string;
  /** Header its Messages API takes the key in; else it is a bearer token. */
  messagesKeyHeader?: string;
  /** Headers it wants beside authorization. */
  headers?: Readonly<Record<string, string>>;
}
