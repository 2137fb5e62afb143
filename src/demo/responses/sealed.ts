/**
 * The opaque text that stands for the model's reasoning between requests. Only
 * what was sealed here, unchanged to the last character, can be opened, and it
 * records the item it belongs to. Pure.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { z } from "zod";

const Contents = z.object({
  /** Id of the reasoning item. */
  id: z.string(),
  /** Type of the item returned after it; `null` for none. */
  next: z.string().nullable(),
  /** The model's reasoning. */
  reasoning: z.string(),
});

/** The contents sealed into a reasoning item. */
export type Contents = z.infer<typeof Contents>;

/** OpenAI's begin this way. */
const PREFIX = "gAAAAAB";

/** Hexadecimal characters of the checksum. */
const CHECKSUM_LENGTH = 64;

/** Creates `encrypted_content`. The same contents give the same text. */
export function seal(contents: Contents, organization: string): string {
  const text = JSON.stringify(contents);
  const bytes = new TextEncoder().encode(checksum(text, organization) + text);
  return PREFIX + bytes.toBase64({ alphabet: "base64url" });
}

/** The sealed contents; `null` if changed or from another organization. */
export function unseal(sealed: string, organization: string): Contents | null {
  try {
    if (!sealed.startsWith(PREFIX)) return null;
    const bytes = Uint8Array.fromBase64(sealed.slice(PREFIX.length), {
      alphabet: "base64url",
      lastChunkHandling: "strict",
    });
    const text = new TextDecoder().decode(bytes);
    const contents = text.slice(CHECKSUM_LENGTH);
    const sum = text.slice(0, CHECKSUM_LENGTH);
    if (sum !== checksum(contents, organization)) return null;
    return Contents.parse(JSON.parse(contents));
  } catch {
    return null; // not base64, so not ours
  }
}

function checksum(text: string, organization: string): string {
  return createHash("sha256").update(organization).update("\0").update(text)
    .digest("hex");
}
