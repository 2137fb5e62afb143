/**
 * A Messages request for an upstream that speaks the Messages API: the body as
 * the client sent it, except for the model's name and what would do harm.
 *
 * @module
 */
import type { Capabilities } from "../openai/capabilities.ts";
import type { Notices } from "./notices.ts";
import { BILLING_LINE } from "./system_text.ts";
import { isOwnSignature } from "./signature.ts";

/** A body of `POST /v1/messages`, with all its fields, not validated. */
export type PassedRequest = Record<string, unknown>;

/** What a request is adapted to. */
export interface PassthroughContext {
  target: { model: string; capabilities: Pick<Capabilities, "signedThinking"> };
  /** Collects what could not be passed on unchanged. */
  notices: Notices;
}

/**
 * Adapts a request body, keeping the order of its fields.
 *
 * Removed are the billing line, which would invalidate the upstream's prompt
 * cache on every turn (claude-code#68900), and, if the upstream checks
 * signatures, thinking that it did not sign: "Invalid `signature` in `thinking`
 * block" would end a conversation begun with another model (cc-switch#3930).
 *
 * @param body One that `parseMessagesRequest` has accepted; not modified.
 */
export function toPassedRequest(
  body: unknown,
  { target, notices }: PassthroughContext,
): PassedRequest {
  const adjust = (name: string, value: unknown) => {
    if (name === "model") return target.model;
    if (name === "system") return withoutBilling(value);
    if (name === "messages" && target.capabilities.signedThinking) {
      return withSignedThinking(value, notices);
    }
    return value;
  };
  return Object.fromEntries(
    Object.entries(Object(body))
      .map(([name, value]) => [name, adjust(name, value)])
      .filter(([, value]) => value !== undefined),
  );
}

function withoutBilling(system: unknown): unknown {
  const isBilling = (text: unknown) =>
    typeof text === "string" && text.startsWith(BILLING_LINE);
  if (!Array.isArray(system)) return isBilling(system) ? undefined : system;
  const kept = system.filter((block) => !isBilling(Object(block).text));
  return kept.length > 0 ? kept : undefined;
}

function withSignedThinking(messages: unknown, notices: Notices): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.flatMap((message) => {
    const { role, content } = Object(message);
    if (role !== "assistant" || !Array.isArray(content)) return [message];
    const kept = content.filter((block) => !isUnsigned(Object(block)));
    if (kept.length === content.length) return [message];
    notices.add("thinking left out: another model's, or without a signature");
    // No message may be empty; the API merges the turns on either side.
    return kept.length > 0 ? [{ ...message, content: kept }] : [];
  });
}

function isUnsigned(
  { type, signature }: { type?: unknown; signature?: unknown },
): boolean {
  return type === "thinking" &&
    (typeof signature !== "string" || signature === "" ||
      isOwnSignature(signature));
}
