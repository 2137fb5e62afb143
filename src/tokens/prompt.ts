import type {
  Block,
  Prompt,
  Tool,
  ToolResultContent,
} from "../anthropic/request.ts";
import { estimateTexts } from "./estimate.ts";

/** Everything of a prompt that costs tokens. */
export interface PromptParts {
  /** Texts, tool schemas as JSON among them. */
  texts: string[];
  /** Tokens of what is not text: images, PDFs, the frame of each message. */
  fixedTokens: number;
}

/** What role and separators of a message cost, in tokens. */
const MESSAGE_TOKENS = 4;
/** An image at the size clients scale it to: 1568 × 765 pixels ÷ 750. */
const IMAGE_TOKENS = 1_600;
/** A page of a PDF: its text and its picture; about 50 kB of base64. */
const PDF_PAGE_TOKENS = 2_200;
const PDF_PAGE_CHARS = 50_000;

/**
 * Takes a prompt apart for counting. The billing line counts too: it is a few
 * tokens, and the client's own count has it.
 *
 * @see {@link https://platform.claude.com/docs/en/build-with-claude/vision}
 */
export function promptParts({ system, tools, messages }: Prompt): PromptParts {
  const parts: PromptParts = { texts: [], fixedTokens: 0 };
  if (typeof system === "string") parts.texts.push(system);
  else for (const { text } of system ?? []) parts.texts.push(text);
  for (const tool of tools ?? []) addTool(tool, parts);
  for (const { content } of messages) {
    parts.fixedTokens += MESSAGE_TOKENS;
    if (typeof content === "string") parts.texts.push(content);
    else for (const block of content) addBlock(block, parts);
  }
  return parts;
}

/** Estimates a prompt without a tokenizer, in tokens. */
export function estimatePrompt(prompt: Prompt): number {
  const { texts, fixedTokens } = promptParts(prompt);
  return fixedTokens + estimateTexts(texts);
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
      parts.fixedTokens += IMAGE_TOKENS;
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
    case "base64": {
      const pages = Math.ceil(source.data.length / PDF_PAGE_CHARS);
      parts.fixedTokens += pages * PDF_PAGE_TOKENS;
      break;
    }
    default:
      parts.fixedTokens += PDF_PAGE_TOKENS;
  }
}
