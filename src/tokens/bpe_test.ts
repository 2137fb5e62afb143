import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import ranks from "js-tiktoken/ranks/o200k_base";
import { createBpe } from "./bpe.ts";

const countTokens = createBpe(ranks);
const tiktoken = new Tiktoken(ranks);
const countOlder = createBpe(cl100k);
const olderTiktoken = new Tiktoken(cl100k);

/** Treats special names as ordinary text, as a client's words must be. */
function countWithTiktoken(text: string): number {
  return tiktoken.encode(text, [], []).length;
}

const ORDINARY = {
  "the empty text": "",
  "prose": "It's the client's text, and it isn't ours: we've only counted it.",
  "code":
    "export const total = (xs: number[]) =>\n  xs.reduce((a, b) => a + b);\n",
  "JSON": '{"type":"object","properties":{"file_path":{"type":"string"}}}',
  "white space": "\n\n\n    if (x) {\r\n\t\treturn;  \n    }   \n",
  "digits": "3.14159265358979 and 2026-11-22T10:24:30Z",
  "accents": "Où est l'élève ? Größe, naïveté, Łódź, ÿ, ¿qué?",
  "Russian": "Прокси считает токены, не останавливая сервер.",
  "Chinese": "代理服务器在不阻塞事件循环的情况下计算令牌数量。",
  "Japanese": "プロキシはトークンの数を数えます。",
  "Korean": "프록시는 토큰의 수를 셉니다.",
  "emoji": "done 👍🏽 — 👩‍👩‍👧‍👦 🇩🇪 ❤️",
  "special tokens": "<|endoftext|> then <|endofprompt|><|im_start|>",
  "lone surrogates": "a\ud800b\udc00\udc00 \ud83d",
  "a short run": "a".repeat(200) + " ".repeat(200) + "=".repeat(200),
};

for (const [kind, text] of Object.entries(ORDINARY)) {
  Deno.test(`createBpe() agrees with js-tiktoken on ${kind}`, () => {
    equal(countTokens(text), countWithTiktoken(text));
    equal(countOlder(text), olderTiktoken.encode(text, [], []).length);
  });
}

Deno.test("createBpe() agrees with js-tiktoken on any short text", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(fc.property(text, (text) => {
    equal(countTokens(text), countWithTiktoken(text));
  }));
});

Deno.test("createBpe() agrees with js-tiktoken on words in any order", () => {
  const word = fc.constantFrom(
    ...["the", " Proxy", "camelCase", "SHOUT", "'ll", "42", "漢字", "\ud800"],
    ...["\n", "  ", "\t", "\r\n", "//", "==", "é", "e\u0301", "👍🏽", "\u00a0"],
  );
  const text = fc.array(word, { maxLength: 40 }).map((words) => words.join(""));
  fc.assert(fc.property(text, (text) => {
    equal(countTokens(text), countWithTiktoken(text));
  }));
});

Deno.test("createBpe() counts the same again when pieces were forgotten", () => {
  const text = "unrememberable wrds lk ths";
  const tokens = countTokens(text);
  for (let i = 0; i < 40_000; i++) countTokens(`q${i.toString(36)}zx`);
  equal(countTokens(text), tokens);
});

const LONG_RUNS = {
  "letters": "a".repeat(20_000),
  "spaces": " ".repeat(4_000),
  "spaces before a word": " ".repeat(100_000) + "x",
  "newlines and spaces": ("\n".repeat(7) + " ".repeat(300)).repeat(300),
  "signs": "=".repeat(100_000),
  "ideographs": "漢".repeat(20_000),
  "capitals": "A".repeat(20_000) + "1",
  "combining marks": "\u0301".repeat(20_000),
  "lone surrogates": "\ud800".repeat(20_000),
  "pairs": "𠀀".repeat(20_000),
};

for (const [kind, text] of Object.entries(LONG_RUNS)) {
  Deno.test(`createBpe() counts a long run of ${kind} in proportion`, () => {
    for (const count of [countTokens, countOlder]) {
      const twice = 2 * count(text.slice(0, text.length / 2));
      const tokens = count(text);
      ok(Math.abs(tokens - twice) <= 2 + tokens / 100, `${tokens}, ${twice}`);
    }
  });
}

Deno.test("createBpe() never cuts a long text inside a character", () => {
  const pair = countTokens("𠀀");
  equal(countTokens("a" + "𠀀".repeat(150_000)), 1 + pair * 150_000);
});

Deno.test("createBpe() reads every line of the ranks", () => {
  const letters = { pat_str: ".+", bpe_ranks: "! 0 YQ== Yg==\n! 2 YWI= YWJi" };
  equal(createBpe(letters)("abba"), 2);
});
