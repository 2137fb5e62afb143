import type { ReadPdf } from "./reader.ts";
import type { PdfText } from "./worker.ts";

/** Reads a PDF from a document's base64. */
export type ReadBase64Pdf = (base64: string) => Promise<PdfText | null>;

/** Limits of the cache. */
export interface PdfCacheOptions {
  maxFiles?: number;
  maxChars?: number;
}

/**
 * Caches the text of files by their hash: a conversation sends its PDFs again
 * with every turn. That a file has no text is cached, too. The least recently
 * used is dropped first.
 */
export function createPdfCache(
  read: ReadPdf,
  { maxFiles = 64, maxChars = 8_000_000 }: PdfCacheOptions = {},
): ReadBase64Pdf {
  const texts = new Map<string, Promise<PdfText | null>>();
  const sizes = new Map<string, number>();

  function trim(): void {
    let chars = 0;
    for (const size of sizes.values()) chars += size;
    for (const hash of texts.keys()) {
      if (texts.size <= maxFiles && chars <= maxChars) break;
      chars -= sizes.get(hash) ?? 0;
      texts.delete(hash);
      sizes.delete(hash);
    }
  }

  return async (base64) => {
    const bytes = new TextEncoder().encode(base64);
    const hash = toHex(await crypto.subtle.digest("SHA-256", bytes));
    const known = texts.get(hash);
    if (known) {
      texts.delete(hash); // to move it to the end
      texts.set(hash, known);
      return await known;
    }
    const decoded = decode(base64);
    const reading = decoded ? read(decoded) : Promise.resolve(null);
    texts.set(hash, reading);
    trim();
    try {
      const text = await reading;
      if (texts.has(hash)) sizes.set(hash, countChars(text));
      trim();
      return text;
    } catch (error) {
      texts.delete(hash);
      throw error;
    }
  };
}

function toHex(buffer: ArrayBuffer): string {
  return new Uint8Array(buffer).toHex();
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return null; // not base64, so not a PDF either
  }
}

function countChars(text: PdfText | null): number {
  return text?.pages.reduce((sum, page) => sum + page.length, 0) ?? 0;
}
