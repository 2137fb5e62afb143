/**
 * Checks our hand-written types against the SDKs' own; `deno check` does it,
 * there is nothing to run.
 *
 * @module
 */
import type Anthropic from "@anthropic-ai/sdk";
import type Anthropic0 from "@anthropic-ai/sdk-0";
import type { ErrorType } from "../src/anthropic/errors.ts";
import type {
  ContentBlock,
  Delta,
  Message,
  MessageUsage,
  StopReason,
  StreamEvent,
  Usage,
} from "../src/anthropic/message.ts";

/** Does not compile unless `Ours` is assignable to `Theirs`. */
type Fits<Ours extends Theirs, Theirs> = Ours;

/** Does not compile unless both are the same. */
type Same<A extends B, B extends C, C = A> = [A, B, C];

/**
 * The SDKs swallow `ping` before anyone reads it, and have no type for it; but
 * it is documented with the stream.
 */
type Read = Exclude<StreamEvent, { type: "ping" }>;

/** A message and all its parts, whole and streamed. */
export type Answers = [
  Fits<Message, Anthropic.Message>,
  Fits<Message, Anthropic0.Message>,
  Fits<MessageUsage, Anthropic.Usage>,
  Fits<MessageUsage, Anthropic0.Usage>,
  Fits<ContentBlock, Anthropic.ContentBlock>,
  Fits<ContentBlock, Anthropic0.ContentBlock>,
  Fits<Read, Anthropic.RawMessageStreamEvent>,
  Fits<Read, Anthropic0.RawMessageStreamEvent>,
  Fits<Delta, Anthropic.RawContentBlockDelta>,
  Fits<Delta, Anthropic0.RawContentBlockDelta>,
  Fits<Usage, Anthropic.MessageDeltaUsage>,
  Fits<Usage, Anthropic0.MessageDeltaUsage>,
  Fits<StopReason, Anthropic.StopReason>,
  Fits<StopReason, Anthropic0.StopReason>,
];

/**
 * The beta message always has this field, ours only for clients that use it.
 */
type Edits = NonNullable<Message["context_management"]>;
type TheirEdits = Anthropic.Beta.BetaMessage["context_management"];
type TheirEdits0 = Anthropic0.Beta.BetaMessage["context_management"];
export type Beta = [Fits<Edits, TheirEdits>, Fits<Edits, TheirEdits0>];

/**
 * Where ours are narrower: what only Anthropic's servers do. A stop reason,
 * block or delta that is new in the SDK fails here and needs a decision.
 */
export type Unused = [
  Same<
    Exclude<Anthropic.StopReason, StopReason>,
    | "pause_turn" // of server tools; searches made here end with the answer
    | "model_context_window_exceeded" // Claude Code does not compact when it gets it
  >,
  Same<
    Exclude<Anthropic.ContentBlock["type"], ContentBlock["type"]>,
    | "redacted_thinking" // shown as "Unsupported content type" (cc-switch#1831)
    | "web_fetch_tool_result"
    | "code_execution_tool_result"
    | "bash_code_execution_tool_result"
    | "text_editor_code_execution_tool_result"
    | "tool_search_tool_result"
    | "container_upload"
  >,
  Same<Exclude<Anthropic.RawContentBlockDelta["type"], Delta["type"]>, never>,
];

/** Where ours are wider: types that the API documents and the SDK leaves out. */
export type Undeclared = Same<
  Exclude<ErrorType, Anthropic.ErrorType>,
  "policy_blocked" | "request_too_large" | "not_supported"
>;
