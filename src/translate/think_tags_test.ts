import { deepStrictEqual as deepEqual } from "node:assert";
import fc from "fast-check";
import { ThinkTags } from "./think_tags.ts";

/** Everything a text is told apart to, given in pieces. */
function tellApart(pieces: readonly string[], tag: string | null = "think") {
  const tags = new ThinkTags(tag);
  const told = [...pieces.map((piece) => tags.push(piece)), tags.rest()];
  return [
    told.map(({ thinking }) => thinking).join(""),
    told.map(({ text }) => text).join(""),
  ];
}

const ROWS: [string, string, string][] = [
  ["<think>a</think>b", "a", "b"],
  ["\n<think>\na\n</think>\n\nb", "a", "b"],
  ["<think></think>b", "", "b"],
  ["<think>a <b> </thin> c</think>d", "a <b> </thin> c", "d"],
  ["<think>never closed", "never closed", ""],
  ["<think>a</think>", "a", ""],
  ["<think>a</think>\n ", "a", ""],
  ["no tag", "", "no tag"],
  ["  no tag", "", "  no tag"],
  ["say <think>a</think>", "", "say <think>a</think>"],
  ["<thinking>a", "", "<thinking>a"],
  ["<thi", "", "<thi"],
  [" ", "", " "],
  ["", "", ""],
  ["<think>a</think>b <think>c</think>", "a", "b <think>c</think>"],
];

for (const [whole, thinking, text] of ROWS) {
  Deno.test(`ThinkTags tells ${JSON.stringify(whole)} apart, however it is cut (S26)`, () => {
    deepEqual(tellApart([whole]), [thinking, text]);
    deepEqual(tellApart([...whole]), [thinking, text]);
    for (let cut = 1; cut < whole.length; cut++) {
      const pieces = [whole.slice(0, cut), whole.slice(cut)];
      deepEqual(tellApart(pieces), [thinking, text], String(cut));
    }
  });
}

Deno.test("ThinkTags passes on at once what cannot be a tag", () => {
  const tags = new ThinkTags("think");
  deepEqual(tags.push("He"), { thinking: "", text: "He" });
  deepEqual(tags.push("<think>"), { thinking: "", text: "<think>" });
});

Deno.test("ThinkTags passes on reasoning as it comes", () => {
  const tags = new ThinkTags("thought");
  deepEqual(tags.push("<thought>a"), { thinking: "a", text: "" });
  deepEqual(tags.push("b</"), { thinking: "b", text: "" });
  deepEqual(tags.push("c"), { thinking: "</c", text: "" });
});

Deno.test("ThinkTags leaves all as it is where there is no tag to look for", () => {
  fc.assert(fc.property(fc.array(fc.string()), (pieces) => {
    deepEqual(tellApart(pieces, null), ["", pieces.join("")]);
  }));
});

Deno.test("ThinkTags loses nothing but the tags and the space around them", () => {
  const word = fc.constantFrom(
    "a",
    " ",
    "\n",
    "<",
    "<think>",
    "</think>",
    "th",
  );
  fc.assert(fc.property(fc.array(word), (words) => {
    const [thinking = "", text = ""] = tellApart(words);
    const bare = (text: string) =>
      text.replace("<think>", "").replace("</think>", "").replace(/\s/g, "");
    const said = words.join("");
    const isTagged = said.trimStart().startsWith("<think>");
    const kept = (thinking + text).replace(/\s/g, "");
    deepEqual(kept, isTagged ? bare(said) : said.replace(/\s/g, ""));
  }));
});
