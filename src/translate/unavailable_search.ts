import type { StreamEvent } from "../anthropic/message.ts";
import type { AnswerContext } from "./answer_context.ts";
import { BlockWriter } from "./block_writer.ts";
import { messageShell } from "./message_shell.ts";
import { textBlock } from "./text_block.ts";
import { NO_USAGE } from "./usage.ts";
import { toldSearch } from "./web_search_blocks.ts";

const TEXT =
  "Web search is not available: this gateway has no search engine, and its model cannot search.";

/** The fields of an {@linkcode AnswerContext} such an answer needs. */
export type SearchShell = Pick<
  AnswerContext,
  "messageId" | "model" | "inputTokens" | "newToolUseId"
>;

/**
 * The answer to a request for only a web search when nobody can search. Claude
 * Code shows the reason; asked without the tool, the model would invent
 * results.
 */
export function unavailableSearch(
  query: string,
  context: SearchShell,
): StreamEvent[] {
  const message = messageShell(context);
  const events: StreamEvent[] = [{ type: "message_start", message }];
  const blocks = new BlockWriter((event) => void events.push(event));
  const id = `srv${context.newToolUseId()}`;
  const outcome = { error: "unavailable" as const };
  for (const block of toldSearch({ id, query, outcome })) blocks.add(block);
  const text = textBlock(() => []);
  blocks.add(text);
  blocks.write(text, { type: "text_delta", text: TEXT });
  blocks.finish();
  return [
    ...events,
    {
      type: "message_delta",
      delta: {
        stop_reason: "end_turn",
        stop_sequence: null,
        stop_details: null,
        container: null,
      },
      usage: {
        ...NO_USAGE,
        input_tokens: context.inputTokens,
        output_tokens: Math.ceil(TEXT.length / 4),
        server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
      },
    },
    { type: "message_stop" },
  ];
}
