import { deepStrictEqual as deepEqual } from "node:assert";
import type { Delta, StreamEvent } from "../anthropic/message.ts";
import { BlockWriter, type OpenBlock } from "./block_writer.ts";

/** A block that may close once its `done` is set. */
interface TestBlock extends OpenBlock {
  done: boolean;
}

function block(name: string, done: boolean, owed: Delta[] = []): TestBlock {
  const test: TestBlock = {
    done,
    shell: () => ({ type: "text", text: name, citations: null }),
    isDone: () => test.done,
    last: () => owed,
  };
  return test;
}

const delta = (text: string): Delta => ({ type: "text_delta", text });

/** A writer, and what it has emitted so far: `0 a{`, `0 x`, `0 }`. */
function aWriter() {
  const emitted: string[] = [];
  const writer = new BlockWriter((event) => emitted.push(inWords(event)));
  const take = () => emitted.splice(0);
  return { writer, take };
}

function inWords(event: StreamEvent): string {
  switch (event.type) {
    case "content_block_start":
      return event.content_block.type === "text"
        ? `${event.index} ${event.content_block.text}{`
        : "";
    case "content_block_delta":
      return event.delta.type === "text_delta"
        ? `${event.index} ${event.delta.text}`
        : `${event.index} ${event.delta.type}`;
    case "content_block_stop":
      return `${event.index} }`;
    default:
      return event.type;
  }
}

Deno.test("BlockWriter opens a block with its first delta", () => {
  const { writer, take } = aWriter();
  const a = block("a", true);
  writer.add(a);
  deepEqual(take(), []);
  writer.write(a, delta("x"));
  deepEqual(take(), ["0 a{", "0 x"]);
  writer.finish();
  deepEqual(take(), ["0 }"]);
});

Deno.test("BlockWriter closes what is done as soon as another block has something", () => {
  const { writer, take } = aWriter();
  const [a, b] = [block("a", true), block("b", true)];
  writer.add(a);
  writer.write(a, delta("x"));
  writer.add(b);
  deepEqual(take(), ["0 a{", "0 x"]);
  writer.write(b, delta("y"));
  deepEqual(take(), ["0 }", "1 b{", "1 y"]);
});

Deno.test("BlockWriter holds back what comes for a block that waits", () => {
  const { writer, take } = aWriter();
  const [a, b] = [block("a", false), block("b", true)];
  writer.add(a);
  writer.add(b);
  writer.write(a, delta("1"));
  writer.write(b, delta("2"));
  writer.write(a, delta("3"));
  deepEqual(take(), ["0 a{", "0 1", "0 3"]);
  a.done = true;
  writer.write(b, delta("4"));
  deepEqual(take(), ["0 }", "1 b{", "1 2", "1 4"]);
});

Deno.test("BlockWriter finishes every block in order, empty ones too", () => {
  const { writer, take } = aWriter();
  const [a, b, c] = [
    block("a", false),
    block("b", false),
    block("c", false, [delta("owed")]),
  ];
  for (const each of [a, b, c]) writer.add(each);
  writer.write(c, delta("1"));
  writer.finish();
  deepEqual(take(), [
    "0 a{",
    "0 }",
    "1 b{",
    "1 }",
    "2 c{",
    "2 1",
    "2 owed",
    "2 }",
  ]);
});

Deno.test("BlockWriter sends what a block owes before it closes", () => {
  const { writer, take } = aWriter();
  const a = block("a", true, [{ type: "signature_delta", signature: "s" }]);
  const b = block("b", true);
  writer.add(a);
  writer.write(a, delta("1"));
  writer.add(b);
  writer.write(b, delta("2"));
  deepEqual(take(), ["0 a{", "0 1", "0 signature_delta", "0 }", "1 b{", "1 2"]);
});

Deno.test("BlockWriter drops what comes for a block that has closed", () => {
  const { writer, take } = aWriter();
  const [a, b] = [block("a", true), block("b", true)];
  writer.add(a);
  writer.add(b);
  writer.write(b, delta("1"));
  take();
  writer.write(a, delta("late"));
  deepEqual(take(), []);
});

Deno.test("BlockWriter has nothing to finish twice", () => {
  const { writer, take } = aWriter();
  writer.add(block("a", true));
  writer.finish();
  take();
  writer.finish();
  deepEqual(take(), []);
});
