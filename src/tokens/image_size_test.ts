import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { imageSize } from "./image_size.ts";

/** Headers according to their formats' specifications: 300 × 200. */
const HEADERS = {
  PNG: [
    ...[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13],
    ...[0x49, 0x48, 0x44, 0x52, 0, 0, 1, 44, 0, 0, 0, 200],
  ],
  GIF: [0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 44, 1, 200, 0],
  "lossy WebP": webp("VP8 ", [0, 0, 0, 0x9d, 1, 0x2a, 44, 1, 200, 0]),
  "lossless WebP": webp("VP8L", [
    0x2f,
    ...[299 & 255, 299 >> 8 | (199 & 3) << 6, 199 >> 2, 0, 0, 0, 0, 0, 0],
  ]),
  "extended WebP": webp("VP8X", [0, 0, 0, 0, 43, 1, 0, 199, 0, 0]),
  JPEG: [0xff, 0xd8, ...segment(0xe0, 14), ...frame(0xc0)],
  "a JPEG with a table first": [
    0xff,
    0xd8,
    ...segment(0xc4, 30),
    ...frame(0xc2),
  ],
  "a JPEG with fill bytes": [0xff, 0xd8, 0xff, 0xff, ...frame(0xc0)],
  "a JPEG behind EXIF data": [
    ...[0xff, 0xd8],
    ...segment(0xe1, 60_000),
    ...frame(0xc0),
  ],
};

function webp(chunk: string, data: number[]): number[] {
  const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));
  const head = [...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBP")];
  return [...head, ...ascii(chunk), 10, 0, 0, 0, ...data];
}

function segment(marker: number, length: number): number[] {
  const size = [length >> 8, length & 255];
  return [
    0xff,
    marker,
    ...size,
    ...Array.from({ length: length - 2 }, () => 7),
  ];
}

function frame(marker: number): number[] {
  return [0xff, marker, 0, 17, 8, 0, 200, 1, 44, 3, 1, 2, 3];
}

function base64(bytes: number[]): string {
  return new Uint8Array(bytes).toBase64();
}

for (const [name, bytes] of Object.entries(HEADERS)) {
  Deno.test(`imageSize() reads the size of ${name}`, () => {
    deepEqual(imageSize(base64(bytes)), { width: 300, height: 200 });
    const picture = Array.from({ length: 3_000 }, (_, i) => i & 255);
    deepEqual(imageSize(base64([...bytes, ...picture])), {
      width: 300,
      height: 200,
    });
  });
}

Deno.test("imageSize() is null for what has no size", () => {
  for (const data of ["", "aGk=", "not base64!", "A".repeat(300_000)]) {
    equal(imageSize(data), null);
  }
});

Deno.test("imageSize() survives headers that are cut off or broken", () => {
  const header = fc.constantFrom(...Object.values(HEADERS));
  const flips = fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 4 });
  fc.assert(fc.property(header, fc.nat(60), flips, (header, length, flips) => {
    const bytes = header.slice(0, length);
    for (const [at, byte] of flips) if (at < bytes.length) bytes[at] = byte;
    const size = imageSize(base64(bytes));
    equal(size === null || size.width > 0 && size.height > 0, true);
  }));
});
