import type {
  Block,
  Prompt,
  Tool,
  ToolResultContent,
} from "../anthropic/request.ts";
import { estimateTexts } from "./estimate.ts";
import { type ImageSize, imageSize } from "./image_size.ts";
import { imageTokens } from "./image_tokens.ts";

/** Everything in a prompt that costs tokens. */
export interface PromptParts {
  /** Texts, including tool schemas as JSON. */
  texts: string[];
  /** Tokens for roles and separators of messages. */
  frameTokens: number;
  /** Sizes of images; `null`: unknown. */
  images: (ImageSize | null)[];
  /** PDFs in base64; `null`: not included in the request. */
  pdfs: (string | null)[];
}

/** Tokens for role and separators of a message. */
const MESSAGE_TOKENS = 4;
/** A page of a PDF: its text and its image; about 50 kB of base64. */
const PDF_PAGE_TOKENS = 2_200;
const PDF_PAGE_CHARS = 50_000;

/**
 * Splits a prompt into parts to count. The billing line counts too: it is a few
 * tokens, and the client's own count includes it.
 */
export function promptParts({ system, tools, messages }: Prompt): PromptParts {
  const parts: PromptParts = {
    texts: [],
    frameTokens: 0,
    images: [],
    pdfs: [],
  };
  if (typeof system === "string") parts.texts.push(system);
  else for (const { text } of system ?? []) parts.texts.push(text);
  for (const tool of tools ?? []) addTool(tool, parts);
  for (const { content } of messages) {
    parts.frameTokens += MESSAGE_TOKENS;
    if (typeof content === "string") parts.texts.push(content);
    else for (const block of content) addBlock(block, parts);
  }
  return parts;
}

/** Estimates a prompt without a tokenizer, in tokens. */
export function estimatePrompt(prompt: Prompt): number {
  const { texts, frameTokens, images, pdfs } = promptParts(prompt);
  let tokens = frameTokens + estimateTexts(texts);
  for (const size of images) tokens += imageTokens(size);
  for (const pdf of pdfs) tokens += estimatePdf(pdf);
  return tokens;
}

/** Estimates a PDF by its length, in tokens. */
export function estimatePdf(base64: string | null): number {
  const { length } = base64 ?? ".";
  return Math.ceil(length / PDF_PAGE_CHARS) * PDF_PAGE_TOKENS;
}

/** Whether a prompt contains images or documents. */
export function hasMedia({ messages }: Prompt): boolean {
  return messages.some(({ content }) =>
    typeof content !== "string" && content.some(isMedia)
  );
}

function isMedia(block: Block | ToolResultContent): boolean {
  if (block.type === "tool_result" && Array.isArray(block.content)) {
    return block.content.some(isMedia);
  }
  return block.type === "image" || block.type === "document";
}

function addTool(
  { name, description, input_schema }: Tool,
  parts: PromptParts,
): void {
  parts.texts.push(name ?? "", description ?? "");
  if (input_schema) parts.texts.push(JSON.stringify(input_schema));
}

function addBlock(block: Block | ToolResultContent, parts: PromptParts): void {
  switch (block.type) {
    case "text":
      parts.texts.push(block.text);
      break;
    case "thinking":
      parts.texts.push(block.thinking);
      break;
    case "image":
      parts.images.push(
        block.source.type === "base64" ? imageSize(block.source.data) : null,
      );
      break;
    case "document":
      addDocument(block, parts);
      break;
    case "search_result":
      for (const { text } of block.content) parts.texts.push(text);
      break;
    case "tool_use":
      parts.texts.push(block.name, JSON.stringify(block.input ?? {}));
      break;
    case "tool_result":
      if (typeof block.content === "string") parts.texts.push(block.content);
      else for (const part of block.content ?? []) addBlock(part, parts);
      break;
    case "tool_reference":
      parts.texts.push(block.tool_name);
      break;
    case "compaction":
      parts.texts.push(block.content ?? "");
      break;
    case "tool_addition":
      if (block.tool.type === "tool_definition") {
        addTool(block.tool.definition, parts);
      }
      break;
  }
}

function addDocument(
  { source }: Extract<Block, { type: "document" }>,
  parts: PromptParts,
): void {
  switch (source.type) {
    case "text":
      parts.texts.push(source.data);
      break;
    case "content":
      if (typeof source.content === "string") parts.texts.push(source.content);
      else for (const part of source.content) addBlock(part, parts);
      break;
    case "base64":
      parts.pdfs.push(source.data);
      break;
    default:
      parts.pdfs.push(null);
  }
}
