/**
 * Problems of other proxies' users: a row each, most of them promises that
 * already have a number.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  finishChunk,
  textChunk,
  toolCallChunk,
} from "../../../src/demo/chunks.ts";
import { chunks } from "../../../src/demo/replies.ts";
import { postMessages } from "../../support.ts";
import type { Case } from "../case.ts";
import { placesOf } from "../case.ts";
import type { Place } from "../place.ts";
import { blocksOf, tool } from "../wire.ts";

/** A row that is kept where these cases are. */
function kept(
  cases: readonly Case[],
  id: string,
  title: string,
  ...ids: string[]
): Case {
  const parts = cases.filter((one) => ids.includes(one.id));
  return {
    id,
    title: `${title} (${ids.join(", ")})`,
    at: (place) => parts.some((part) => placesOf(part, [place]).length > 0),
    async run(place) {
      equal(parts.length, ids.length);
      for (const part of parts) {
        if (placesOf(part, [place]).length > 0) await part.run(place);
      }
    },
  };
}

/** The rows of the probe table, given the numbered cases. */
export function painCases(cases: readonly Case[]): readonly Case[] {
  const row = (id: string, title: string, ...ids: string[]) =>
    kept(cases, id, title, ...ids);
  return [
    row("A1", "two interleaved parallel tool calls", "S5"),
    row("A2", "usage in a trailing chunk without choices", "S1", "S12"),
    row("A3", "input tokens in message_start", "S38"),
    row("A4", "reasoning_content", "S4"),
    {
      id: "A5",
      title: "a stream cut in a tool call is an error",
      at: "every",
      async run(place) {
        const list = [
          toolCallChunk({ id: "a", name: "Bash", args: '{"command":"r' }),
        ];
        const events = await place.events(
          chunks(list, { done: false, end: "cut" }),
        );
        equal(events.at(-1)?.event, "error");
        equal(Object(events.at(-1)?.data.error).type, "api_error");
        ok(!events.some(({ event }) => event === "message_stop"));
      },
    },
    row("A6", "an error in mid-stream", "S18", "S19"),
    {
      id: "A7",
      title: "finish reason content_filter in a stream is a refusal",
      at: "every",
      async run(place) {
        const list = [textChunk("partly"), finishChunk("content_filter")];
        const { message } = await place.streams(list);
        deepEqual(blocksOf(message), ["text partly"]);
        equal(message.stop_reason, "refusal");
      },
    },
    row("A8", "400 context_length_exceeded", "E1"),
    row("A9", "429 with retry-after", "E8"),
    row("A10", "a quiet upstream", "S16", "S17"),
    row("A11", "the client is gone", "S34"),
    {
      id: "A12",
      title: "the upstream's [DONE] goes no further",
      at: "every",
      async run(place) {
        await using proxy = place.open();
        const response = await postMessages(proxy, { stream: true });
        const sent = await response.text();
        ok(sent.includes("message_stop"));
        equal(sent.includes("[DONE]"), false);
      },
    },
    row("A13", "an image in a tool result", "R19", "R20"),
    row("A14", "is_error", "R18"),
    row("A15", "a PDF document", "R21"),
    row("A16", "a result without its call", "R25"),
    {
      id: "A17",
      title: "one call at a time, and effort with adaptive thinking",
      at: "every",
      async run(place) {
        await parallelIsOff(place);
        const chat = await place.sent({
          thinking: { type: "adaptive" },
          output_config: { effort: "high" },
        });
        const said = JSON.stringify(chat);
        const { efforts } = place.capabilities;
        equal(/"(x?high|max)"/.test(said), efforts.length > 0, said);
      },
    },
    row(
      "A18",
      "stop sequences, tool choice, system messages in mid-conversation",
      "N30",
      "S22",
      "R5",
      "R6",
      "R29",
      "R30",
    ),
  ];
}

async function parallelIsOff(place: Place): Promise<void> {
  const chat = await place.sent({
    tools: [tool("Bash")],
    tool_choice: { type: "auto", disable_parallel_tool_use: true },
  });
  const { parallelToolCalls } = place.capabilities;
  equal(chat.parallel_tool_calls, parallelToolCalls ? false : undefined);
}
