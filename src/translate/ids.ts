import { createHash } from "node:crypto";

/** OpenAI's limit on the length of a tool call's id. */
const MAX_CALL_ID = 40;
/** … and of a function's name. */
const MAX_NAME = 64;

/**
 * Fits a tool use id to what upstreams accept; ours and Anthropic's own fit
 * unchanged. The same id always gives the same result, so a call and its result
 * stay paired and the conversation's prefix keeps its bytes.
 */
export function toCallId(id: string): string {
  if (/^[\w-]+$/.test(id) && id.length <= MAX_CALL_ID) return id;
  return `call_${sha256(id).slice(0, 24)}`;
}

/**
 * Fits a tool's name to the 64 characters upstreams accept (Anthropic: 128).
 * MCP names are longer and differ at their end, so the whole name is hashed.
 */
export function toFunctionName(name: string): string {
  if (/^[\w-]+$/.test(name) && name.length <= MAX_NAME) return name;
  const start = name.slice(0, MAX_NAME - 9).replaceAll(/[^\w-]/g, "_");
  return `${start}_${sha256(name).slice(0, 8)}`;
}

/** SHA-256 of a text, as 64 hex digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
