import { strictEqual as equal, throws } from "node:assert";
import { readTime } from "./read_time.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 12);

const ROWS: [text: string, time: number][] = [
  ["30m", NOW_MS - 1_800_000],
  ["24h", NOW_MS - 86_400_000],
  ["7d", NOW_MS - 7 * 86_400_000],
  ["999999d", 0],
  ["2026-11-22T08:00:00Z", Date.UTC(2026, 10, 22, 8)],
  ["2026-11-22", Date.UTC(2026, 10, 22)],
  ["1700000000000", 1_700_000_000_000],
];

for (const [text, time] of ROWS) {
  Deno.test(`readTime() reads "${text}"`, () => {
    equal(readTime(text, { name: "since", nowMs: NOW_MS }), time);
  });
}

for (const text of ["", "yesterday", "7w", "99999999999999999999", "-7d"]) {
  Deno.test(`readTime() refuses "${text}"`, () => {
    throws(
      () => readTime(text, { name: "since", nowMs: NOW_MS }),
      /^ApiError: since: expected a date/,
    );
  });
}
