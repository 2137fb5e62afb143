import { strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { matchesGlob } from "./glob.ts";

const ROWS: [pattern: string, name: string, expected: boolean][] = [
  ["*", "", true],
  ["*", "anything/at:all", true],
  ["claude-haiku-*", "claude-haiku-4-5", true],
  ["claude-haiku-*", "claude-haiku", false],
  ["claude-haiku-*", "my-claude-haiku-4", false],
  ["*haiku*", "Claude-HAIKU", true],
  ["*HAIKU*", "claude-3-5-haiku-latest", true],
  ["*-latest", "claude-3-5-haiku-latest", true],
  ["*-latest", "claude-latest-3", false],
  ["claude-*-4-*", "claude-opus-4-8", true],
  ["claude-*-4-*", "claude-4-8", false],
  ["gpt-5", "GPT-5", true],
  ["gpt-5", "gpt-5.6", false],
  ["gpt-5.6", "gpt-516", false],
  ["a*a", "a", false],
  ["ab*ba", "aba", false],
  ["**", "x", true],
];

for (const [pattern, name, expected] of ROWS) {
  Deno.test(`matchesGlob("${pattern}") ${expected ? "takes" : "leaves"} "${name}"`, () => {
    equal(matchesGlob(pattern, name), expected);
  });
}

const pieces = fc.array(fc.constantFrom("*", "a", "b", ".", "(", "B"), {
  maxLength: 8,
}).map((list) => list.join(""));

Deno.test("matchesGlob() agrees with the regular expression it stands for", () => {
  fc.assert(fc.property(pieces, pieces, (pattern, name) => {
    const source = pattern.split("*").map((part) => RegExp.escape(part))
      .join("[^]*");
    const expected = new RegExp(`^${source}$`, "i").test(name);
    equal(matchesGlob(pattern, name), expected);
  }));
});
