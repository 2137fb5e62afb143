import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { Recording } from "./recording.ts";
import { decodeAnswer, encodeAnswer } from "./stored_answer.ts";

const HEAD = {
  contentType: "text/event-stream",
  createdAt: 1,
  tookMs: 2,
  length: 10,
};

function encoded() {
  const recording = new Recording();
  recording.append(new TextEncoder().encode("data: {}\n\nand more"));
  return encodeAnswer({ ...HEAD, body: recording });
}

Deno.test("decodeAnswer() reads what encodeAnswer() wrote", () => {
  const { body, ...head } = decodeAnswer(encoded()) ?? {};
  deepEqual(head, HEAD);
  equal(new TextDecoder().decode(body?.read(0)), "data: {}\n\n");
});

Deno.test("decodeAnswer() takes anything else for nothing", () => {
  const bytes = encoded();
  for (let length = 0; length < bytes.length; length++) {
    equal(decodeAnswer(bytes.slice(0, length)), null, `${length} bytes`);
  }
  const foreign = new TextEncoder().encode("\0\0\0\x02{}");
  equal(decodeAnswer(foreign), null);
});
