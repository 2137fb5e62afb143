import { strictEqual as equal } from "node:assert";
import { nearest } from "./nearest.ts";

const NAMES = ["serve", "demo", "doctor", "models", "config", "claude"];

const ROWS: [word: string, name: string | null][] = [
  ["sevre", "serve"],
  ["modles", "models"],
  ["model", "models"],
  ["docter", "doctor"],
  ["cluade", "claude"],
  ["conifg", "config"],
  ["cofnigs", "config"], // letters swapped, and one too many
  ["serve", "serve"],
  ["frobnicate", null],
  ["", null],
];

for (const [word, name] of ROWS) {
  Deno.test(`nearest() finds ${name} for "${word}"`, () => {
    equal(nearest(word, NAMES), name);
  });
}
