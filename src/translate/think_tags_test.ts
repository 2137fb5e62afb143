import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { ThinkTags, type ThinkTagsOptions } from "./think_tags.ts";

/** What a text given in pieces is split into. */
function tellApart(
  pieces: readonly string[],
  { tag = "think", isPrefilled = false }: Partial<ThinkTagsOptions> = {},
) {
  const tags = new ThinkTags({ tag, isPrefilled });
  const told = [...pieces.map((piece) => tags.push(piece)), tags.rest()];
  return [
    told.map(({ thinking }) => thinking).join(""),
    told.map(({ text }) => text).join(""),
    tags.unclosed,
  ];
}

/** Every way to cut a text once, and into single letters. */
function* cutsOf(whole: string) {
  yield [whole];
  yield [...whole];
  for (let cut = 1; cut < whole.length; cut++) {
    yield [whole.slice(0, cut), whole.slice(cut)];
  }
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
    for (const pieces of cutsOf(whole)) {
      deepEqual(tellApart(pieces), [thinking, text, ""], pieces.join("|"));
    }
  });
}

/** Answers that continue after the prompt's tag: thinking, text, undecided. */
const PREFILLED: [string, string, string, string][] = [
  ["a</think>b", "a", "b", ""],
  ["\na\n</think>\n\nb", "a", "b", ""],
  ["</think>b", "", "b", ""],
  ["a <b> </thin> c</think>d", "a <b> </thin> c", "d", ""],
  ["<think>a</think>b", "a", "b", ""],
  ["<think>never closed", "never closed", "", ""],
  ["a</think>b </think> c", "a", "b </think> c", ""],
  ["never closed </th", "never closed </th", "", "never closed </th"],
  ["a</think>", "a", "", ""],
  ["<thi", "", "<thi", ""],
  ["", "", "", ""],
];

for (const [whole, ...told] of PREFILLED) {
  Deno.test(`ThinkTags tells ${JSON.stringify(whole)} behind a prefilled tag apart, however it is cut (B.34)`, () => {
    for (const pieces of cutsOf(whole)) {
      const apart = tellApart(pieces, { isPrefilled: true });
      deepEqual(apart, told, pieces.join("|"));
    }
  });
}

Deno.test("ThinkTags behind a prefilled tag passes on reasoning as it comes", () => {
  const tags = new ThinkTags({ tag: "think", isPrefilled: true });
  deepEqual(tags.push("a"), { thinking: "a", text: "" });
  deepEqual(tags.push(" b"), { thinking: " b", text: "" });
  equal(tags.isPast, false);
});

Deno.test("ThinkTags takes text for the answer once reasoning has come by itself", () => {
  const tags = new ThinkTags({ tag: "think", isPrefilled: true });
  deepEqual(tags.push("\n"), { thinking: "", text: "" });
  tags.expectOpen();
  deepEqual(tags.push("a</think>"), { thinking: "", text: "\na</think>" });
  equal(tags.isPast, true);
});

Deno.test("ThinkTags passes on at once what cannot be a tag", () => {
  const tags = new ThinkTags({ tag: "think", isPrefilled: false });
  deepEqual(tags.push("He"), { thinking: "", text: "He" });
  deepEqual(tags.push("<think>"), { thinking: "", text: "<think>" });
});

Deno.test("ThinkTags passes on reasoning as it comes", () => {
  const tags = new ThinkTags({ tag: "thought", isPrefilled: false });
  deepEqual(tags.push("<thought>a"), { thinking: "a", text: "" });
  deepEqual(tags.push("b</"), { thinking: "b", text: "" });
  deepEqual(tags.push("c"), { thinking: "</c", text: "" });
});

Deno.test("ThinkTags leaves all as it is where there is no tag to look for", () => {
  fc.assert(fc.property(fc.array(fc.string()), (pieces) => {
    deepEqual(tellApart(pieces, { tag: null }), ["", pieces.join(""), ""]);
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
