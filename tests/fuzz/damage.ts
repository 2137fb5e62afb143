/**
 * Streams as they may arrive: in pieces, cut anywhere, with bytes changed.
 *
 * @module
 */
import fc from "fast-check";

/** A stream in the pieces in which it arrives. */
export interface UpstreamStream {
  pieces: Uint8Array<ArrayBuffer>[];
  /** How it ends: properly, or by a cut connection. */
  isCut: boolean;
}

/** What happens to a stream in transit. */
interface Damage {
  /** Lengths of its pieces, in bytes. */
  sizes: number[];
  noise: { at: number; byte: number }[];
  isNoisy: boolean;
  /** Where it ends too early. */
  length: number | null;
  isCut: boolean;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 8 }),
  noise: fc.array(
    fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }),
    { maxLength: 3 },
  ),
  isNoisy: fc.boolean(),
  length: fc.option(fc.nat(), { freq: 3 }),
  isCut: fc.boolean(),
});

/** Events, each as its text, as they may arrive. */
export function damaged(
  events: fc.Arbitrary<string[]>,
): fc.Arbitrary<UpstreamStream> {
  return fc.tuple(events, damage).map(([texts, damage]) =>
    toStream(texts.join(""), damage)
  );
}

function toStream(
  text: string,
  { sizes, noise, isNoisy, length, isCut }: Damage,
): UpstreamStream {
  const encoded = new TextEncoder().encode(text);
  const end = length === null ? encoded.length : length % (encoded.length + 1);
  const bytes = encoded.slice(0, end);
  for (const { at, byte } of isNoisy ? noise : []) {
    if (bytes.length > 0) bytes[at % bytes.length] = byte;
  }
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let start = 0;
  for (const size of sizes) {
    pieces.push(bytes.slice(start, start + size));
    start += size;
  }
  pieces.push(bytes.slice(start));
  return { pieces: pieces.filter(({ length }) => length > 0), isCut };
}
