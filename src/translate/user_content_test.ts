import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  aRequest,
  capable,
  image,
  pdf,
  text,
  toChat,
  toMessages,
  user,
} from "../../tests/builders.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import { Notices } from "./notices.ts";
import { joinTexts, toParts } from "./user_content.ts";

/** Parts of one block of the newest user turn. */
function partsOf(block: unknown, given: Partial<Capabilities> = {}) {
  const notices = new Notices();
  const context = { capabilities: capable(given), notices, isNewest: true };
  const { messages } = aRequest({ messages: [user(block)] });
  const parts = messages.flatMap(({ content }) =>
    typeof content === "string" ? [] : content
  ).flatMap((block) =>
    block.type === "tool_result" ? [] : toParts(block, context)
  );
  return { parts, notices: notices.list() };
}

const url = { type: "url", url: "https://example.com/a.png" };
const file = { type: "file", file_id: "file_1" };

Deno.test("toParts() keeps a user's text blocks apart for those who take parts", () => {
  const messages = [user(text("a"), text("b"))];
  deepEqual(toMessages(messages, { textParts: true }), [
    { role: "user", content: [text("a"), text("b")] },
  ]);
});

Deno.test("toParts() joins a user's text blocks with a blank line for those who do not (R10)", () => {
  deepEqual(toMessages([user(text("a"), text("b"))]), [
    { role: "user", content: "a\n\nb" },
  ]);
});

Deno.test("toParts() drops empty text and the client's marks on it", () => {
  const marked = {
    ...text("a"),
    cache_control: { type: "ephemeral" },
    citations: [],
  };
  deepEqual(partsOf(text("")).parts, []);
  deepEqual(partsOf(marked).parts, [text("a")]);
});

Deno.test("toParts() sends images as data or as their URL (R42)", () => {
  for (
    const [block, expected] of [
      [image(), "data:image/png;base64,aGk="],
      [{ type: "image", source: url }, url.url],
    ] as const
  ) {
    deepEqual(partsOf(block).parts, [
      { type: "image_url", image_url: { url: expected } },
    ]);
  }
});

Deno.test("toParts() refuses files of the Files API (R42)", () => {
  for (const type of ["image", "document"]) {
    throws(() => partsOf({ type, source: file }, { pdfs: true }), {
      type: "invalid_request_error",
      message: new RegExp(`^${type}: `),
    });
  }
});

Deno.test("toParts() puts words in place of an image the model cannot see, and says so (R43)", () => {
  const { parts, notices } = partsOf(image(), { images: false });
  equal(joinTexts(parts), "[image omitted: the model takes no images]");
  equal(notices.length, 1);
});

Deno.test("toParts() sends a PDF as a file under its title (R21)", () => {
  const file_data = "data:application/pdf;base64,JVBERi0=";
  for (
    const [block, filename] of [
      [pdf(), "document.pdf"],
      [{ ...pdf(), title: "Annual report.pdf" }, "Annual report.pdf"],
      [{ ...pdf(), title: "" }, "document.pdf"],
    ] as const
  ) {
    deepEqual(partsOf(block, { pdfs: true }).parts, [
      { type: "file", file: { filename, file_data } },
    ]);
  }
});

Deno.test("toParts() refuses a PDF the model cannot read in words Claude Code knows (R21)", () => {
  throws(() => partsOf(pdf()), {
    type: "invalid_request_error",
    message: /This model does not support PDF input/,
  });
});

Deno.test("toParts() sends documents of text as text, without citations (R44)", () => {
  const plain = { type: "text", media_type: "text/plain", data: "body" };
  const blocks = { type: "content", content: [text("a"), text("b")] };
  for (
    const [block, expected] of [
      [{ source: plain, citations: { enabled: true } }, "body"],
      [
        { source: plain, title: "T" },
        '<document title="T">\nbody\n</document>',
      ],
      [{ source: { type: "content", content: "body" } }, "body"],
      [{ source: blocks }, "a\nb"],
    ] as const
  ) {
    deepEqual(partsOf({ type: "document", ...block }).parts, [text(expected)]);
  }
});

Deno.test("toParts() names a document's context", () => {
  const block = {
    type: "document",
    source: { type: "text", media_type: "text/plain", data: "body" },
    context: "from the archive",
  };
  const { parts, notices } = partsOf(block);
  const told = [joinTexts(parts), ...notices].join("\n");
  equal(/context|from the archive/.test(told), true, told);
});

Deno.test("toParts() sends a search result with title, source and content (R45)", () => {
  const { parts } = partsOf({
    type: "search_result",
    title: "T",
    source: "https://example.com",
    content: [text("a"), text("b")],
    citations: { enabled: true },
  });
  const expected =
    '<search_result title="T" source="https://example.com">\na\nb\n</search_result>';
  deepEqual(parts, [text(expected)]);
});

Deno.test("toParts() leaves out what it does not know and says so", () => {
  deepEqual(partsOf({ type: "container_upload", file_id: "f" }), {
    parts: [],
    notices: ["container_upload block left out"],
  });
});

Deno.test("toParts() says that there will be no citations (R44, R45)", () => {
  const citations = { enabled: true };
  const source = { type: "text", media_type: "text/plain", data: "body" };
  const result = { title: "T", source: "S", content: [text("a")] };
  for (
    const block of [
      { type: "document", source, citations },
      { type: "search_result", ...result, citations },
    ]
  ) deepEqual(partsOf(block).notices, ["citations left out"]);
});

Deno.test("toParts() keeps the images of a document in pieces", () => {
  const source = { type: "content", content: [text("a"), image(), text("b")] };
  const { parts } = partsOf({ type: "document", title: "T", source });
  deepEqual(parts.map(({ type }) => type), ["text", "image_url"]);
  deepEqual(parts[0], text('<document title="T">\na\nb\n</document>'));
});

Deno.test("toParts() keeps quotes in titles apart from its own", () => {
  const source = { type: "text", media_type: "text/plain", data: "body" };
  const block = { type: "document", title: 'The "Q3" report', source };
  const expected =
    '<document title="The &quot;Q3&quot; report">\nbody\n</document>';
  deepEqual(partsOf(block).parts, [text(expected)]);
});

Deno.test("toParts() sends the URL of a PDF where the upstream takes it", () => {
  const source = { type: "url", url: "https://example.com/a.pdf" };
  const block = { type: "document", source };
  deepEqual(partsOf(block, { pdfs: true, pdfUrls: true }).parts, [{
    type: "file",
    file: { filename: "document.pdf", file_data: source.url },
  }]);
  throws(() => partsOf(block, { pdfs: true }), {
    message: "This model does not support PDF input from a URL",
  });
});

Deno.test("toParts() leaves out marks of other models and unheard-of blocks, and says so", () => {
  for (const type of ["fallback", "browser_state", "connector_text"]) {
    deepEqual(partsOf({ type, from: {}, to: {} }), {
      parts: [],
      notices: [`${type} block left out`],
    });
  }
});

Deno.test("cache marks are harmless wherever they stand", () => {
  const cache_control = { type: "ephemeral", ttl: "1h" };
  const marked = (block: Record<string, unknown>) => ({
    ...block,
    cache_control,
  });
  const source = { type: "text", media_type: "text/plain", data: "d" };
  const body = aRequest({
    cache_control,
    system: [marked(text("S"))],
    tools: [marked({ name: "A", input_schema: { type: "object" } })],
    messages: [user(
      marked(text("a")),
      marked(image()),
      marked({ type: "document", source }),
      marked({
        type: "tool_result",
        tool_use_id: "T1",
        content: [marked({ type: "tool_reference", tool_name: "A" })],
      }),
      marked({ type: "compaction", content: "s" }),
    )],
  });
  const chat = toChat(body);
  equal(JSON.stringify(chat).includes("cache_control"), false);
});
