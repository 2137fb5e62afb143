import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { makePdf } from "../../tests/pdf.ts";
import { createPdfReader } from "./reader.ts";
import { isPdfWorker } from "./worker.ts";

const workerUrl = new URL(
  "../../tests/fixtures/pdf_worker.ts",
  import.meta.url,
);

/** A worker that does what `code` says. */
const workerOf = (code: string) => `data:text/javascript,${code}`;

Deno.test("createPdfReader() reads the text of every page (R21)", async () => {
  const read = createPdfReader({ workerUrl });
  deepEqual(await read(makePdf("First page", "", "Third")), {
    pages: ["First page", "", "Third"],
    pageCount: 3,
  });
});

Deno.test("createPdfReader() has no text for pictures, and none for what is no PDF (R21)", async () => {
  const read = createPdfReader({ workerUrl });
  const whole = makePdf("Hello");
  const broken = new TextEncoder().encode("%PDF-1.4\n1 0 obj\nnothing more");
  for (const bytes of [makePdf("", ""), broken, whole.slice(0, 40)]) {
    equal(await read(bytes), null);
  }
});

Deno.test("createPdfReader() asks no worker about what is plainly no PDF", async () => {
  const read = createPdfReader({ workerUrl: "data:text/javascript," });
  for (const text of ["", "hello", "%PDF-1.4", "1 0 obj"]) {
    equal(await read(new TextEncoder().encode(text)), null);
  }
});

Deno.test("createPdfReader() reads so many pages and so many characters", async () => {
  const pages = ["one", "two", "three"];
  const some = createPdfReader({ workerUrl, maxPages: 2 });
  deepEqual((await some(makePdf(...pages)))?.pages, ["one", "two"]);
  const short = createPdfReader({ workerUrl, maxChars: 5 });
  deepEqual(await short(makePdf(...pages)), { pages: ["one"], pageCount: 3 });
});

Deno.test("createPdfReader() gives a file up that takes too long, and ends its worker", async () => {
  const forever = workerOf("onmessage = () => { for (;;); }");
  const read = createPdfReader({ workerUrl: forever, timeoutMs: 50 });
  equal(await read(makePdf("Hello")), null);
});

Deno.test("createPdfReader() survives a worker that fails", async () => {
  const failing = workerOf("onmessage = () => { throw new Error('no'); }");
  equal(await createPdfReader({ workerUrl: failing })(makePdf("x")), null);
});

Deno.test("createPdfReader() reads so many files at a time, and all of them", async () => {
  const read = createPdfReader({ workerUrl, maxWorkers: 2 });
  const files = ["a", "b", "c", "d", "e"];
  const texts = await Promise.all(files.map((text) => read(makePdf(text))));
  deepEqual(texts.map((text) => text?.pages[0]), files);
});

Deno.test("isPdfWorker() knows the worker by its name", () => {
  const postMessage = () => {};
  equal(isPdfWorker({ name: "pdf", postMessage }), true);
  equal(isPdfWorker({ name: "tokens", postMessage }), false);
  equal(isPdfWorker({ name: "pdf" }), false);
});
