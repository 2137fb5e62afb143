import { ApiError } from "../anthropic/errors.ts";
import type { Block, ToolResultContent } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatContentPart } from "../openai/chat.ts";
import type { Notices } from "./notices.ts";

/** What translation of content needs to know. */
export interface ContentContext {
  capabilities: Capabilities;
  notices: Notices;
  /**
   * Whether the client can still do something about a block that cannot be
   * sent: in the newest turn it is told, in older ones the block is replaced.
   */
  isNewest: boolean;
}

/** A block of a user's turn that is not a tool result. */
type UserBlock = Exclude<Block, { type: "tool_result" }>;

/** Parts of a user message for one block; none for what has no counterpart. */
export function toParts(
  block: UserBlock | ToolResultContent,
  context: ContentContext,
): ChatContentPart[] {
  switch (block.type) {
    case "text":
      return text(block.text);
    case "image":
      return image(block, context);
    case "document":
      return document(block, context);
    case "search_result": {
      const { title, source, content } = block;
      const body = content.map((part) => part.text).join("\n");
      return text(
        `<search_result title="${title}" source="${source}">\n${body}\n</search_result>`,
      );
    }
    case "tool_reference":
      return text(`Tool ${block.tool_name} is now available.`);
    default: {
      const type = block.type === "unknown" ? block.original.type : block.type;
      context.notices.add(`${type} block left out`);
      return [];
    }
  }
}

function text(value: string): ChatContentPart[] {
  return value === "" ? [] : [{ type: "text", text: value }];
}

function image(
  { source }: Extract<Block, { type: "image" }>,
  { capabilities, notices }: ContentContext,
): ChatContentPart[] {
  if (!capabilities.images) {
    notices.add("image left out: the model takes none");
    return text("[image omitted: the model takes no images]");
  }
  return [{ type: "image_url", image_url: { url: toUrl(source, "image") } }];
}

type Document = Extract<Block, { type: "document" }>;

function document(
  block: Document,
  { capabilities, notices, isNewest }: ContentContext,
): ChatContentPart[] {
  const { source } = block;
  if (source.type === "text") return text(labelled(block, source.data));
  if (source.type === "content") {
    const { content } = source;
    const body = typeof content === "string"
      ? content
      : content.map((part) => part.text).join("\n");
    return text(labelled(block, body));
  }
  const file_data = toUrl(source, "document");
  if (capabilities.pdfs && source.type === "base64") {
    const filename = block.title || "document.pdf";
    const label = block.context ? text(block.context) : [];
    return [...label, { type: "file", file: { filename, file_data } }];
  }
  if (isNewest) {
    throw new ApiError(
      "invalid_request_error",
      "This model does not support PDF input",
    );
  }
  notices.add("PDF left out: the model takes none");
  return text("[document omitted: the model takes no PDFs]");
}

function labelled({ title, context }: Document, body: string): string {
  if (!title && !context) return body;
  const attributes = [["title", title], ["context", context]]
    .map(([name, value]) => value ? ` ${name}="${value}"` : "").join("");
  return `<document${attributes}>\n${body}\n</document>`;
}

type MediaSource = Extract<Block, { type: "image" }>["source"];

function toUrl(source: MediaSource, kind: "image" | "document"): string {
  switch (source.type) {
    case "base64":
      return `data:${source.media_type};base64,${source.data}`;
    case "url":
      return source.url;
    case "file":
      throw new ApiError(
        "invalid_request_error",
        `${kind}: files of the Files API are not available here, send the data itself`,
      );
  }
}

/** One text for parts that are all text; what a strict chat template takes. */
export function joinTexts(
  parts: readonly ChatContentPart[],
): string | undefined {
  const texts: string[] = [];
  for (const part of parts) {
    if (part.type !== "text") return undefined;
    texts.push(part.text);
  }
  return texts.join("\n\n");
}
