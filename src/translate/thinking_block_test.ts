import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { decodeSignature } from "./signature.ts";
import { ThinkingBlock } from "./thinking_block.ts";

const origin = { dialect: "deepseek", model: "deepseek-v4-pro" };

/** What the signature at the block's end carries. */
function carriedBy(block: ThinkingBlock) {
  const [last, ...more] = block.last();
  equal(more.length, 0);
  return decodeSignature(
    last?.type === "signature_delta" ? last.signature : "",
  );
}

Deno.test("ThinkingBlock shows its text and signs it (N8)", () => {
  const block = new ThinkingBlock("shown", origin);
  equal(block.add("h"), "h");
  equal(block.add("m"), "m");
  deepEqual(carriedBy(block), origin);
});

Deno.test("ThinkingBlock hides its text in the signature alone (N10)", () => {
  const block = new ThinkingBlock("omitted", origin);
  equal(block.add("h"), "");
  equal(block.add("m"), "");
  deepEqual(carriedBy(block), { ...origin, text: "hm" });
});

Deno.test("ThinkingBlock carries what the upstream wants back, in order and unchanged", () => {
  const block = new ThinkingBlock("shown", origin);
  block.carry([{ type: "reasoning.encrypted", data: "x", index: 0 }]);
  block.carry([{ type: "reasoning.text", text: "é", signature: null }]);
  deepEqual(carriedBy(block), {
    ...origin,
    details: [
      { type: "reasoning.encrypted", data: "x", index: 0 },
      { type: "reasoning.text", text: "é", signature: null },
    ],
  });
});

Deno.test("ThinkingBlock begins empty and may close at any time", () => {
  const block = new ThinkingBlock("shown", origin);
  deepEqual(block.shell(), { type: "thinking", thinking: "", signature: "" });
  equal(block.isDone(), true);
  deepEqual(carriedBy(block), origin);
});
