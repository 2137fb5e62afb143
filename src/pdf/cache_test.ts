import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { createPdfCache, type PdfCacheOptions } from "./cache.ts";

const base64 = (text: string) => new TextEncoder().encode(text).toBase64();

/** A cache over a reader that notes what it is asked; "none" has no text. */
function noting(options: PdfCacheOptions = {}) {
  const asked: string[] = [];
  const read = createPdfCache((bytes) => {
    const text = new TextDecoder().decode(bytes);
    asked.push(text);
    const pdf = { pages: [text], pageCount: 1 };
    return Promise.resolve(text === "none" ? null : pdf);
  }, options);
  return { asked, read: (text: string) => read(base64(text)) };
}

Deno.test("createPdfCache() reads a file once, also when asked twice at a time", async () => {
  const { asked, read } = noting();
  const both = await Promise.all([read("a"), read("a")]);
  deepEqual([...both, await read("a")].map((text) => text?.pages), [
    ["a"],
    ["a"],
    ["a"],
  ]);
  deepEqual(asked, ["a"]);
});

Deno.test("createPdfCache() remembers that a file has no text", async () => {
  const { asked, read } = noting();
  equal(await read("none"), null);
  equal(await read("none"), null);
  deepEqual(asked, ["none"]);
});

Deno.test("createPdfCache() forgets what was not asked for the longest time", async () => {
  const { asked, read } = noting({ maxFiles: 2 });
  for (const text of ["a", "b", "a", "c", "a", "b"]) await read(text);
  deepEqual(asked, ["a", "b", "c", "b"]);
});

Deno.test("createPdfCache() keeps to its size in characters", async () => {
  const { asked, read } = noting({ maxChars: 10 });
  for (const text of ["aaaaaa", "bbbbbb", "bbbbbb", "aaaaaa"]) await read(text);
  deepEqual(asked, ["aaaaaa", "bbbbbb", "aaaaaa"]);
});

Deno.test("createPdfCache() has no text for what is not base64", async () => {
  const read = createPdfCache(() => Promise.reject(new Error("asked")));
  equal(await read("%%%"), null);
});

Deno.test("createPdfCache() does not remember a failure", async () => {
  let attempts = 0;
  const read = createPdfCache(() => {
    attempts++;
    return Promise.reject(new Error("out of workers"));
  });
  await rejects(read(base64("a")));
  await rejects(read(base64("a")));
  equal(attempts, 2);
});
