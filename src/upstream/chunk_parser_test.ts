import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { ApiError } from "../anthropic/errors.ts";
import { chatFormat } from "./chat_format.ts";
import { ChunkParser } from "./chunk_parser.ts";

const encoder = new TextEncoder();

/** Texts of the chunks in `pieces`, and what else was found. */
function parse(pieces: Uint8Array[]) {
  const parser = new ChunkParser(chatFormat);
  const parsed = [...pieces.map((piece) => parser.push(piece)), parser.end()];
  return {
    texts: parsed.flatMap(({ chunks }) => chunks)
      .map(({ choices }) => choices?.[0]?.delta?.content),
    failure: parsed.find(({ failure }) => failure)?.failure?.message,
    nonsense: parsed.find(({ nonsense }) => nonsense)?.nonsense,
    sawSentinel: parser.sawSentinel,
  };
}

function parseText(text: string) {
  return parse([encoder.encode(text)]);
}

function data(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
}

Deno.test("ChunkParser reads the same wherever the bytes are cut (S21)", () => {
  const stream = `\uFEFF${data("é")}: comment\r\n\r\n${data("🦕 漢")}` +
    `event: message\r\nid: 7\r\ndata:{"choices":\r\ndata:[{"delta":{"content":"x"}}]}\r\n\r\n` +
    "data: [DONE]\n\n";
  const bytes = encoder.encode(stream);
  const whole = {
    texts: ["é", "🦕 漢", "x"],
    failure: undefined,
    nonsense: undefined,
    sawSentinel: true,
  };
  for (let at = 0; at <= bytes.length; at++) {
    deepEqual(
      parse([bytes.subarray(0, at), bytes.subarray(at)]),
      whole,
      `${at}`,
    );
  }
  deepEqual(parse([...bytes].map((byte) => Uint8Array.of(byte))), whole);
});

Deno.test("ChunkParser takes a last event that no blank line ends", () => {
  deepEqual(parseText(data("end").trimEnd()).texts, ["end"]);
});

Deno.test("ChunkParser ignores what follows the sentinel", () => {
  deepEqual(parseText(`data: [DONE]\n\n${data("late")}`).texts, []);
});

Deno.test("ChunkParser reports a failure after the chunks before it", () => {
  for (
    const failure of [
      `data: {"error":{"message":"broke"}}\n\n`,
      `event: error\ndata: {"error":{"message":"broke"}}\n\n`,
      `event: error\ndata: {"message":"broke"}\n\n`,
      `event: error\ndata: broke\n\n`,
    ]
  ) {
    const { texts, failure: message } = parseText(data("before") + failure);
    deepEqual(texts, ["before"]);
    equal(message, "broke", failure);
  }
});

Deno.test("ChunkParser calls what is no chunk an error, after what came before", () => {
  for (
    const text of ["data: <html>\n\n", "data: {\n\n", `data: {"choices":5}\n\n`]
  ) {
    const { texts, nonsense } = parseText(
      data("before") + text + data("after"),
    );
    deepEqual(texts, ["before"]);
    ok(nonsense instanceof ApiError);
    equal(nonsense.status, 502);
  }
});

Deno.test("ChunkParser reads a line of megabytes in linear time and memory", () => {
  const content = "x".repeat(4 * 1024 * 1024);
  const bytes = encoder.encode(data(content));
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 1024) {
    pieces.push(bytes.subarray(at, at + 1024));
  }
  equal(parse(pieces).texts[0]?.length, content.length);
});
