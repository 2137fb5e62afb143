import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { StopScanner } from "./stop_scanner.ts";

/**
 * Feeds the pieces until a sequence matches; returns what the client would
 * read.
 */
function scan(sequences: string[], pieces: string[]) {
  const scanner = new StopScanner(sequences);
  let text = "";
  for (const piece of pieces) {
    const scanned = scanner.push(piece);
    text += scanned.text;
    if (scanned.matched !== null) return { text, matched: scanned.matched };
  }
  return { text: text + scanner.rest(), matched: null };
}

Deno.test("StopScanner finds a sequence split over pieces and lets nothing of it out", () => {
  deepEqual(scan(["END"], ["ab", "E", "N", "D", "cd"]), {
    text: "ab",
    matched: "END",
  });
});

Deno.test("StopScanner gives back a beginning that came to nothing", () => {
  deepEqual(scan(["END"], ["EN", "X"]), { text: "ENX", matched: null });
  deepEqual(scan(["END"], ["EN"]), { text: "EN", matched: null });
});

Deno.test("StopScanner prefers the sequence that comes first", () => {
  equal(scan(["b", "a"], ["xxab"]).matched, "a");
});

Deno.test("StopScanner prefers the sequence that is complete first", () => {
  for (const pieces of [["acb"], ["a", "c", "b"]]) {
    deepEqual(scan(["acb", "c"], pieces), { text: "a", matched: "c" });
  }
});

Deno.test("StopScanner answers the same however the text is split", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c") });
  fc.assert(
    fc.property(
      fc.array(letters, { maxLength: 3 }),
      fc.array(letters),
      (sequences, pieces) => {
        deepEqual(
          scan(sequences, pieces).text,
          scan(sequences, [...pieces.join("")]).text,
        );
        if (
          sequences.every((sequence) =>
            !pieces.join("").includes(sequence) || sequence === ""
          )
        ) {
          equal(scan(sequences, pieces).text, pieces.join(""));
        }
      },
    ),
  );
});
