/**
 * The worker's side of PDF reading: a file in, the text of its pages out.
 * Importing it starts nothing and loads no PDF code.
 *
 * @module
 */

/** Name of the worker; tells the one bundled file which side it is. */
export const PDF_WORKER_NAME = "pdf";

/** What the worker receives, once in its life. */
export interface PdfRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly maxPages: number;
  readonly maxChars: number;
}

/** A PDF's text; the worker answers `null` for a PDF it cannot read. */
export interface PdfText {
  /** Text of the pages read, from the first on; empty for a page of images. */
  readonly pages: readonly string[];
  /** How many pages the file has. */
  readonly pageCount: number;
}

/** The parts of a worker's global scope that are used. */
export interface PdfWorkerScope {
  addEventListener(
    type: "message",
    listener: (event: MessageEvent<PdfRequest>) => void,
  ): void;
  postMessage(reply: PdfText | null): void;
}

/** Whether this file runs as a PDF reader. */
export function isPdfWorker<Scope extends { readonly name: string }>(
  scope: Scope,
): scope is Scope & PdfWorkerScope {
  return scope.name === PDF_WORKER_NAME && "postMessage" in scope;
}

/** Answers each {@link PdfRequest} with the file's text. */
export function servePdfText(scope: PdfWorkerScope): void {
  scope.addEventListener("message", async ({ data }) => {
    let text: PdfText | null = null;
    try {
      text = await readPages(data);
    } catch {
      // Encrypted, truncated or no PDF: whatever the reason, there is no text.
    }
    scope.postMessage(text);
  });
}

async function readPages(
  { bytes, maxPages, maxChars }: PdfRequest,
): Promise<PdfText> {
  const { getDocumentProxy } = await import("unpdf");
  const file = await getDocumentProxy(bytes, { verbosity: 0 });
  const pages: string[] = [];
  let chars = 0;
  while (pages.length < Math.min(file.numPages, maxPages)) {
    const page = await file.getPage(pages.length + 1);
    const { items } = await page.getTextContent();
    const pieces = items.map((item) =>
      "str" in item ? item.str + (item.hasEOL ? "\n" : "") : ""
    );
    const text = pieces.join("").trim();
    chars += text.length;
    if (chars > maxChars) break;
    pages.push(text);
    page.cleanup();
  }
  return { pages, pageCount: file.numPages };
}
