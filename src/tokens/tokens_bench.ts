/**
 * Compares our byte pair encoding with js-tiktoken's.
 *
 * Prose and code repeat one paragraph, so all pieces are cached. The groups
 * with runs are uneven to our disadvantage: js-tiktoken would take minutes for
 * our input, and gets 500 characters.
 *
 * @module
 */

import { Tiktoken } from "js-tiktoken/lite";
import ranks from "js-tiktoken/ranks/o200k_base";
import { createBpe } from "./bpe.ts";
import { estimateTokens } from "./estimate.ts";

const countTokens = createBpe(ranks);
const tiktoken = new Tiktoken(ranks);

const PROSE = `A proxy stands between a client and a server. It takes each
request, writes it anew in the language that the server understands, and sends
it on; the answer takes the same way back. While it waits, others are served.
`;
const CODE = `export function takeLines(text: string, count: number): string[] {
  const lines = text.split("\\n").map((line) => line.trimEnd());
  return lines.filter((line) => !line.startsWith("#")).slice(0, count);
}
`;

function fill(text: string, chars: number): string {
  return text.repeat(Math.ceil(chars / text.length)).slice(0, chars);
}

for (const [kind, text] of Object.entries({ prose: PROSE, code: CODE })) {
  const group = `20 KB of ${kind}`;
  const input = fill(text, 20_000);
  Deno.bench(`js-tiktoken, ${group}`, { group, baseline: true }, () => {
    tiktoken.encode(input, [], []);
  });
  Deno.bench(`createBpe(), ${group}`, { group }, () => {
    countTokens(input);
  });
  Deno.bench(`estimateTokens(), ${group}`, { group }, () => {
    estimateTokens(input);
  });
}

for (
  const { char, chars } of [{ char: "a", chars: 20_000 }, {
    char: " ",
    chars: 4_000,
  }]
) {
  const group = `a run of "${char}"`;
  const short = char.repeat(500);
  const long = char.repeat(chars);
  Deno.bench(`js-tiktoken, 500 × "${char}"`, { group, baseline: true }, () => {
    tiktoken.encode(short, [], []);
  });
  Deno.bench(`createBpe(), ${chars} × "${char}"`, { group }, () => {
    countTokens(long);
  });
}
