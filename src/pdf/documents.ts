import type {
  Block,
  Document,
  ToolResultContent,
} from "../anthropic/blocks.ts";
import type { InputMessage } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { Notices } from "../translate/notices.ts";
import type { ReadBase64Pdf } from "./cache.ts";
import type { PdfText } from "./worker.ts";

/** Context of {@linkcode replacePdfs}. */
export interface PdfContext {
  capabilities: Pick<Capabilities, "pdfs">;
  readPdf: ReadBase64Pdf;
  notices: Notices;
}

/**
 * Replaces PDFs by their text if the model accepts no PDFs.
 *
 * A PDF without text (scanned, encrypted, damaged) stays, and translation
 * handles it; so do PDFs behind a URL, since fetching what a client names would
 * let it reach into our network.
 *
 * @returns The request itself if there is nothing to replace.
 */
export async function replacePdfs<R extends { messages: InputMessage[] }>(
  request: R,
  context: PdfContext,
): Promise<R> {
  if (context.capabilities.pdfs) return request;
  const documents: Document[] = [];
  for (const { content } of request.messages) {
    if (typeof content !== "string") addDocuments(content, documents);
  }
  if (documents.length === 0) return request;
  const texts = new Map<unknown, Document>();
  await Promise.all(documents.map(async (document) => {
    if (document.source.type !== "base64") return;
    const text = await context.readPdf(document.source.data);
    if (text) texts.set(document, toTextDocument(document, text));
  }));
  if (texts.size === 0) return request;
  context.notices.add("PDF sent as its text: the model takes none");
  for (const { pages } of texts.values()) {
    if (String(pages).includes("of")) {
      context.notices.add(`PDF: only pages ${pages} sent`);
    }
  }
  const messages = request.messages.map((message) => {
    const { content } = message;
    if (typeof content === "string") return message;
    return { ...message, content: content.map(replaced) };
  });
  return { ...request, messages };

  function replaced(block: Block): Block {
    if (block.type === "document") return texts.get(block) ?? block;
    if (block.type !== "tool_result" || !Array.isArray(block.content)) {
      return block;
    }
    const content = block.content.map((part) =>
      part.type === "document" ? texts.get(part) ?? part : part
    );
    return { ...block, content };
  }
}

/** Adds the documents among blocks, including those in tool results. */
function addDocuments(
  blocks: readonly (Block | ToolResultContent)[],
  documents: Document[],
): void {
  for (const block of blocks) {
    if (block.type === "document") documents.push(block);
    if (block.type === "tool_result" && Array.isArray(block.content)) {
      addDocuments(block.content, documents);
    }
  }
}

function toTextDocument(
  document: Document,
  { pages, pageCount }: PdfText,
): Document {
  const isWhole = pages.length === pageCount;
  return {
    ...document,
    source: {
      type: "text",
      media_type: "text/plain",
      data: pages.filter((page) => page !== "").join("\n\n"),
    },
    pages: isWhole ? `${pageCount}` : `1-${pages.length} of ${pageCount}`,
  };
}
