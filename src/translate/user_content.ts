import { ApiError } from "../anthropic/errors.ts";
import type { Document, ToolChange } from "../anthropic/blocks.ts";
import type { Block, ToolResultContent } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatContentPart } from "../openai/chat.ts";
import { toBreakpoint } from "./cache_breakpoint.ts";
import type { Notices } from "./notices.ts";

/** What translating content needs to know. */
export interface ContentContext {
  capabilities: Capabilities;
  notices: Notices;
  /**
   * Whether the client can still do something about a block that cannot be
   * sent: in the newest turn it is an error, in older ones the block is
   * replaced.
   */
  isNewest: boolean;
}

/** A block of a user's turn that is not a tool result. */
type UserBlock = Exclude<Block, { type: "tool_result" }>;

/** Parts of a user message for one block; empty if it has no counterpart. */
export function toParts(
  block: UserBlock | ToolResultContent,
  context: ContentContext,
): ChatContentPart[] {
  const parts = withoutBreakpoint(block, context);
  const last = parts.at(-1);
  const breakpoint = toBreakpoint([block], context.capabilities);
  return last && breakpoint.cache_control
    ? parts.with(-1, { ...last, ...breakpoint })
    : parts;
}

function withoutBreakpoint(
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
      const { title, source, content, citations } = block;
      if (citations?.enabled) context.notices.add("citations left out");
      const body = content.map((part) => part.text).join("\n");
      return text(element("search_result", { title, source }, body));
    }
    case "tool_reference":
      return text(`Tool ${block.tool_name} is now available.`);
    case "tool_addition":
    case "tool_removal":
      return toolChange(block, context);
    case "compaction":
      if (!block.content) return []; // it failed: there is no summary
      return text(element("conversation-summary", {}, block.content));
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

function toolChange(
  { type, tool }: ToolChange,
  { notices }: ContentContext,
): ChatContentPart[] {
  if (tool.type === "unknown") {
    notices.add(`${type} of ${tool.original.type} left out`);
    return [];
  }
  const name = tool.type === "tool_reference"
    ? tool.name
    : tool.definition.name;
  const verb = type === "tool_addition" ? "is now" : "is no longer";
  return text(`Tool ${name ?? ""} ${verb} available.`);
}

/** Wording that clients recognise, after which they send only the text. */
const NO_PDFS = "This model does not support PDF input";

function document(
  block: Document,
  context: ContentContext,
): ChatContentPart[] {
  const { source, citations } = block;
  const { capabilities, notices, isNewest } = context;
  if (citations?.enabled) notices.add("citations left out");
  if (source.type === "text") return text(labelled(block, source.data));
  if (source.type === "content") return content(block, source.content, context);
  const { pdfs, pdfUrls } = capabilities;
  const file_data = toUrl(source, "document");
  if (pdfs && (source.type === "base64" || pdfUrls)) {
    const filename = block.title || "document.pdf";
    const label = block.context ? text(block.context) : [];
    return [...label, { type: "file", file: { filename, file_data } }];
  }
  if (isNewest) {
    const how = pdfs ? " from a URL" : "";
    throw new ApiError("invalid_request_error", `${NO_PDFS}${how}`);
  }
  notices.add("PDF left out: the model takes none");
  return text("[document omitted: the model takes no PDFs]");
}

type DocumentContent = Extract<
  Document["source"],
  { type: "content" }
>["content"];

/** A document in pieces: its texts joined, then its images. */
function content(
  block: Document,
  pieces: DocumentContent,
  context: ContentContext,
): ChatContentPart[] {
  if (typeof pieces === "string") return text(labelled(block, pieces));
  const parts = pieces.flatMap((piece) => toParts(piece, context));
  const texts = parts.filter((part) => part.type === "text");
  const body = texts.map((part) => part.text).join("\n");
  const others = parts.filter((part) => part.type !== "text");
  return [...text(labelled(block, body)), ...others];
}

/** @param block Has `pages` if the text was extracted from a PDF. */
function labelled({ title, context, pages }: Document, body: string): string {
  const about = { title, context, pages };
  return title || context || pages ? element("document", about, body) : body;
}

function element(
  name: string,
  attributes: Record<string, unknown>,
  body: string,
): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => typeof value === "string" && value !== "")
    .map(([name, value]) =>
      ` ${name}="${String(value).replaceAll('"', "&quot;")}"`
    );
  return `<${name}${given.join("")}>\n${body}\n</${name}>`;
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

/** One text for parts that are all text; strict chat templates require it. */
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
