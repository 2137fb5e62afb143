import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert";
import fc from "fast-check";
import { joinBytes } from "../translate/event_splitter.ts";
import { Recording } from "./recording.ts";

const KIB = 1024;

/** Bytes that differ, so that a wrong order shows. */
function someBytes(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length },
    (_, i) => (i * 31 + (i >> 8) + seed) % 251,
  );
}

/** Much faster than reporting where they differ. */
function equalBytes(a: Uint8Array, b: Uint8Array): void {
  equal(a.length, b.length);
  ok(a.every((byte, i) => byte === b[i]));
}

/** Reads from `position` to the end. */
function readFrom(recording: Recording, position = 0): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = position;
  while (at < recording.length) {
    const part = recording.read(at);
    parts.push(part);
    at += part.length;
  }
  equal(recording.read(at).length, 0);
  return joinBytes(parts);
}

const lengths = fc.array(
  fc.oneof(fc.nat(300), fc.constantFrom(64 * KIB, 64 * KIB - 1, 100 * KIB)),
  { maxLength: 6 },
);

Deno.test("Recording gives back what came, from anywhere", () => {
  fc.assert(
    fc.property(lengths, fc.nat(), (lengths, seed) => {
      const recording = new Recording();
      const buffer = new Uint8Array(100 * KIB);
      const all = joinBytes(lengths.map((length, i) => {
        const bytes = someBytes(length, i);
        buffer.set(bytes); // one buffer for all, as real readers have
        recording.append(buffer.subarray(0, length));
        return bytes;
      }));
      equal(recording.length, all.length);
      const from = seed % (all.length + 1);
      equalBytes(readFrom(recording, from), all.subarray(from));
    }),
    { numRuns: 30 },
  );
});

Deno.test("Recording.unpack() gives back what pack() was given, up to its length", () => {
  fc.assert(
    fc.property(lengths, fc.nat(), (lengths, seed) => {
      const bytes = someBytes(lengths.reduce((a, b) => a + b, 0));
      const recording = new Recording();
      recording.append(bytes);
      const length = seed % (bytes.length + 1);
      const copy = Recording.unpack(recording.pack(length));
      equalBytes(readFrom(copy), bytes.subarray(0, length));
    }),
    { numRuns: 30 },
  );
});

Deno.test("Recording keeps what was read as it was", () => {
  const recording = new Recording();
  recording.append(someBytes(10));
  const read = recording.read(0);
  for (let i = 0; i < 200; i++) recording.append(someBytes(KIB, i));
  deepEqual(read, someBytes(10));
});

Deno.test("Recording frees no piece of which anything may be read", () => {
  const bytes = someBytes(200 * KIB);
  const recording = new Recording();
  recording.append(bytes);
  recording.dropBefore(130 * KIB);
  deepEqual(readFrom(recording, 130 * KIB), bytes.subarray(130 * KIB));
  throws(() => recording.read(0), RangeError);
  recording.dropBefore(recording.length);
  recording.append(someBytes(10, 1));
  deepEqual(readFrom(recording, bytes.length), someBytes(10, 1));
});

Deno.test("Recording packs events that resemble each other", () => {
  const recording = new Recording();
  const event = (i: number) =>
    new TextEncoder().encode(
      `data: {"id":"chatcmpl-1","choices":[{"delta":{"content":"w${i}"}}]}\n\n`,
    );
  for (let i = 0; i < 10_000; i++) recording.append(event(i));
  const ratio = recording.length / recording.pack(recording.length).length;
  equal(ratio > 10, true, `${ratio}`);
});

Deno.test("Recording.unpack() refuses what was cut off or is something else", () => {
  const recording = new Recording();
  recording.append(someBytes(1_000));
  const packed = recording.pack(1_000);
  for (const length of [1, 3, 5, packed.length - 1]) {
    throws(() => Recording.unpack(packed.slice(0, length)));
  }
  throws(() => Recording.unpack(someBytes(50)));
});
