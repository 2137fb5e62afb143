/**
 * The worker's side of PDF reading: a file in, the text of its pages out.
 * Importing it starts nothing and loads no PDF code.
 *
 * @module
 */

/** Name of the worker; the one bundled file knows by it which side it is. */
export const PDF_WORKER_NAME = "pdf";

/** What the worker is asked, once in its life. */
export interface PdfRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly maxPages: number;
  readonly maxChars: number;
}

/** What a PDF says; the worker answers `null` for one it cannot read. */
export interface PdfText {
  /** Text of the pages read, from the first on; empty for a page of pictures. */
  readonly pages: readonly string[];
  /** How many pages the file has. */
  readonly pageCount: number;
}

/** What is used of a worker's global scope. */
export interface PdfWorkerScope {
  addEventListener(
    type: "message",
    listener: (event: MessageEvent<PdfRequest>) => void,
  ): void;
  postMessage(reply: PdfText | null): void;
}

/** Tells whether this file runs as a reader of PDFs. */
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
      // Encrypted, cut off or no PDF at all: whatever the reason, there is no text.
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
