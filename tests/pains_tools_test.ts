/**
 * Problems of users of peer systems with tool calls: a row of the probe table
 * (A.3) or a pain (B) per test, through the port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  notStrictEqual as notEqual,
  strictEqual as equal,
} from "node:assert";
import type { Message } from "../src/anthropic/message.ts";
import {
  chunk,
  finishChunk,
  roleChunk,
  textChunk,
  toolCallChunk,
} from "../src/demo/chunks.ts";
import { chunks } from "../src/demo/replies.ts";
import { readMessage } from "./read_message.ts";
import { postMessages, startProxy } from "./support.ts";

/** The message a client gets if the upstream sends these chunks. */
async function stream(
  list: readonly unknown[],
  body: Record<string, unknown> = {},
): Promise<Message> {
  await using proxy = startProxy({ script: () => chunks(list) });
  return await readMessage(
    await postMessages(proxy, { stream: true, ...body }),
  );
}

/** Name and input of every tool use. */
function calls({ content }: Message): unknown[] {
  return content.filter((block) => block.type === "tool_use")
    .map(({ name, input }) => [name, input]);
}

Deno.test("A.3 two interleaved parallel tool_calls: serial blocks, each complete", async () => {
  const message = await stream([
    roleChunk(),
    toolCallChunk({ index: 0, id: "call_0", name: "Bash" }),
    toolCallChunk({ index: 1, id: "call_1", name: "Read" }),
    toolCallChunk({ index: 0, args: '{"command":' }),
    toolCallChunk({ index: 1, args: '{"file_path":' }),
    toolCallChunk({ index: 0, args: '"ls"}' }),
    toolCallChunk({ index: 1, args: '"a.txt"}' }),
    finishChunk("tool_calls"),
  ]);
  deepEqual(calls(message), [
    ["Bash", { command: "ls" }],
    ["Read", { file_path: "a.txt" }],
  ]);
  equal(message.stop_reason, "tool_use");
  const ids = message.content.map((block) => Object(block).id);
  for (const id of ids) match(id, /^toolu_\w+$/);
  notEqual(ids[0], ids[1]);
});

Deno.test("B.27 empty tool arguments: {}, however they are written", async (t) => {
  const argsOf: Record<string, unknown[]> = {
    none: [],
    "the empty text": [toolCallChunk({ args: "" })],
    null: [toolCallChunk({ args: "null" })],
    "{}": [toolCallChunk({ args: "{}" })],
  };
  for (const [name, args] of Object.entries(argsOf)) {
    await t.step(name, async () => {
      const message = await stream([
        toolCallChunk({ id: "call_0", name: "Now" }),
        ...args,
        finishChunk("tool_calls"),
      ]);
      deepEqual(calls(message), [["Now", {}]]);
    });
  }
});

Deno.test("B.27 arguments only in the final chunk: not lost", async () => {
  const last = toolCallChunk({ args: '{"pages":"1"}' });
  const choices = last.choices?.map((choice) => ({
    ...choice,
    finish_reason: "tool_calls",
  }));
  const start = toolCallChunk({ id: "call_0", name: "Read" });
  const message = await stream([start, { ...last, choices }]);
  deepEqual(calls(message), [["Read", { pages: "1" }]]);
});

Deno.test("B.33 text and tool call in two choices: one message", async () => {
  const [text] = textChunk("I look.").choices ?? [];
  const [call] = toolCallChunk({ id: "a", name: "Bash", args: "{}" }).choices ??
    [];
  const both = {
    ...roleChunk(),
    choices: [text, { ...call, index: 1, finish_reason: "tool_calls" }],
  };
  const message = await stream([both]);
  deepEqual(message.content.map(({ type }) => type), ["text", "tool_use"]);
  deepEqual(calls(message), [["Bash", {}]]);
  equal(message.stop_reason, "tool_use");
});

Deno.test("B.38 parallel calls with odd indexes: two calls, not one", async (t) => {
  const numberings: Record<string, unknown[][]> = {
    "all 0": [fragments("a", "Bash", 0), fragments("b", "Read", 0)],
    "from 1": [fragments("a", "Bash", 1), fragments("b", "Read", 2)],
    none: [fragments("a", "Bash"), fragments("b", "Read")],
    "all 0, no ids": [fragments("", "Bash", 0), fragments("", "Read", 0)],
  };
  for (const [name, list] of Object.entries(numberings)) {
    await t.step(name, async () => {
      const message = await stream([...list.flat(), finishChunk("tool_calls")]);
      deepEqual(calls(message), [["Bash", { of: "Bash" }], ["Read", {
        of: "Read",
      }]]);
    });
  }
});

/** A call in three chunks; each has its id and index, if any. */
function fragments(id: string, name: string, index?: number): unknown[] {
  const functions = [
    { name, arguments: "" },
    { arguments: '{"of":' },
    { arguments: `"${name}"}` },
  ];
  return functions.map((fn) =>
    chunk({ tool_calls: [{ index, id, function: fn }] })
  );
}

Deno.test("B.38 an empty tool name in later fragments: the first one stays", async () => {
  const message = await stream([
    toolCallChunk({ id: "a", name: "Bash" }),
    toolCallChunk({ name: "", args: '{"command":' }),
    toolCallChunk({ id: "", name: "", args: '"ls"}' }),
    finishChunk("tool_calls"),
  ]);
  deepEqual(calls(message), [["Bash", { command: "ls" }]]);
});
