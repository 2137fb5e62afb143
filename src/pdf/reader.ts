/**
 * Extracts the text of PDFs, off the event loop.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { PDF_WORKER_NAME, type PdfRequest, type PdfText } from "./worker.ts";

/** Reads a PDF; `null` if it has no text or cannot be read in time. */
export type ReadPdf = (
  bytes: Uint8Array<ArrayBuffer>,
) => Promise<PdfText | null>;

/** What {@linkcode createPdfReader} depends on. */
export interface PdfReaderOptions {
  /** A module that calls `servePdfText` when it is run as a worker. */
  workerUrl: URL | string;
  /** A file that takes longer counts as having no text. */
  timeoutMs?: number;
  maxPages?: number;
  /** Longest text of a file, in characters; later pages are left out. */
  maxChars?: number;
  /** Files read at the same time; others wait their turn. */
  maxWorkers?: number;
}

/**
 * Creates a reader with a worker per file, ended with it: a file that hangs the
 * PDF code, or fills memory, is ended after `timeoutMs`.
 */
export function createPdfReader({
  workerUrl,
  timeoutMs = 15_000,
  maxPages = 100,
  maxChars = 1_000_000,
  maxWorkers = 2,
}: PdfReaderOptions): ReadPdf {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function read(bytes: PdfRequest["bytes"]): Promise<PdfText | null> {
    const { promise, resolve } = Promise.withResolvers<PdfText | null>();
    const worker = new Worker(workerUrl, {
      type: "module",
      name: PDF_WORKER_NAME,
    });
    const timer = setTimeout(() => resolve(null), timeoutMs);
    worker.onmessage = ({ data }: MessageEvent<PdfText | null>) =>
      resolve(data);
    worker.onerror = (event) => {
      event.preventDefault(); // otherwise it would end this process, too
      resolve(null);
    };
    const request: PdfRequest = { bytes, maxPages, maxChars };
    worker.postMessage(request, [bytes.buffer]);
    try {
      const text = await promise;
      return text?.pages.some((page) => page !== "") ? text : null;
    } finally {
      clearTimeout(timer);
      worker.terminate();
    }
  }

  return async (bytes) => {
    if (!looksLikePdf(bytes)) return null;
    if (running >= maxWorkers) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    } else running++;
    try {
      return await read(bytes);
    } finally {
      const next = waiting.shift();
      if (next) next(); // which takes this one's place
      else running--;
    }
  };
}

/** Whether it has a PDF header and an object: otherwise no worker is needed. */
function looksLikePdf(bytes: Uint8Array<ArrayBuffer>): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return file.subarray(0, 1_024).includes("%PDF-") && file.includes(" obj");
}
