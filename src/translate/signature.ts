/**
 * Thinking blocks carry in their `signature` what the upstream needs back next
 * turn. Clients return it untouched, so nothing has to be stored here: a
 * restart, a second instance or a change of model loses nothing.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";

/** No reasoning is larger; a larger one would be an attack on memory. */
const MAX_CARRIED_BYTES = 16 * 1024 * 1024;
const PREFIX = "ccproxy.1.";

/** A reasoning item of the Responses API, as it is sent back. */
const Item = z.object({
  type: z.literal("reasoning"),
  id: z.string(),
  summary: z.array(
    z.object({ type: z.literal("summary_text"), text: z.string() }),
  ),
  content: z.array(
    z.object({ type: z.literal("reasoning_text"), text: z.string() }),
  ).exactOptional(),
  encrypted_content: z.string().exactOptional(),
});

const Carried = z.object({
  /** Dialect that produced it; others cannot use it. */
  dialect: z.string(),
  /** Upstream model that produced it. */
  model: z.string(),
  /** Reasoning text, if the client asked not to be shown it. */
  text: z.string().optional(),
  /** OpenRouter's `reasoning_details`, sent back unmodified. */
  details: z.array(z.unknown()).optional(),
  /** Maps the upstream's call ids in details to ours. */
  callIds: z.record(z.string(), z.string()).optional(),
  /** Gemini's `extra_content` of the call that follows the block. */
  call: z.unknown().optional(),
  /** … and of its turn's text. */
  turn: z.unknown().optional(),
  /** The Responses API's item, sent back unmodified … */
  item: Item.optional(),
  /** … before what it preceded: our id of a call, `text` or `thinking`. */
  before: z.string().optional(),
  /** The Responses API's phase of the text that follows the block. */
  phase: z.enum(["commentary", "final_answer"]).optional(),
});

/** What a signature holds. */
export type Carried = z.infer<typeof Carried>;

/** The producer of thinking, which alone can use it again. */
export type Origin = Pick<Carried, "dialect" | "model">;

/** Whether thinking was produced by this upstream and model. */
export function isMadeBy({ dialect, model }: Carried, origin: Origin): boolean {
  return dialect === origin.dialect && model === origin.model;
}

/** Encodes a signature: `ccproxy.1.` and base64url of deflated JSON. */
export function encodeSignature(carried: Carried): string {
  const packed = deflateRawSync(JSON.stringify(carried));
  return PREFIX + packed.toString("base64url");
}

/** Whether a signature was made here; only this program can decode it. */
export function isOwnSignature(signature: string): boolean {
  return signature.startsWith(PREFIX);
}

/**
 * Decodes a signature.
 *
 * @returns `null` for one that was not made here (Anthropic's own, another
 * proxy's) or is damaged: the thinking is then treated as made elsewhere.
 */
export function decodeSignature(signature: string): Carried | null {
  if (!isOwnSignature(signature)) return null;
  const packed = Buffer.from(signature.slice(PREFIX.length), "base64url");
  try {
    const json = inflateRawSync(packed, { maxOutputLength: MAX_CARRIED_BYTES });
    return Carried.parse(JSON.parse(json.toString()));
  } catch {
    return null;
  }
}
