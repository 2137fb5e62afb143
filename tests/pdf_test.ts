/** PDFs through the whole proxy: as files, as their text, or refused. */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { plain } from "../src/dialects/plain.ts";
import { openrouter } from "../src/dialects/openrouter.ts";
import { openaiError, refusal } from "../src/demo/replies.ts";
import { text, toolResult, toolUse, user } from "./builders.ts";
import { makePdf, pdfBlock } from "./pdf.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

const report = pdfBlock(makePdf("Revenue grew", "by a third"), {
  title: 'The "Q3" report',
});
const scan = pdfBlock(makePdf("", ""));
const remote = {
  type: "document",
  source: { type: "url", url: "https://example.com/a.pdf" },
};

/** What a model that accepts no PDFs is sent, and what the client gets. */
async function post(
  proxy: Proxy,
  ...messages: Record<string, unknown>[]
) {
  const response = await postMessages(proxy, { messages });
  const body = await response.json();
  return {
    status: response.status,
    message: body.error?.message,
    notice: response.headers.get("x-ccproxy-notice") ?? "",
    sent: JSON.stringify(proxy.upstream.exchanges.at(-1)?.body ?? null),
  };
}

Deno.test("PDFs go as their text where the model takes none (R21)", async () => {
  await using proxy = startProxy({ dialect: plain });
  const { status, sent, notice } = await post(
    proxy,
    user(report, text("Sum it up")),
  );
  equal(status, 200);
  const expected =
    '<document title="The &quot;Q3&quot; report" pages="2">\nRevenue grew\n\nby a third\n</document>';
  ok(sent.includes(JSON.stringify(expected).slice(1, -1)), sent);
  equal(notice, "PDF sent as its text: the model takes none");
});

Deno.test("PDFs in a tool's result go as its text (R21)", async () => {
  await using proxy = startProxy({ dialect: plain });
  const { sent } = await post(
    proxy,
    user(text("Read it")),
    { role: "assistant", content: [toolUse("T1", "Read")] },
    user(toolResult("T1", [text("PDF file read"), report])),
  );
  const { messages } = JSON.parse(sent);
  equal(messages[2].role, "tool");
  ok(messages[2].content.startsWith("PDF file read\n<document title="), sent);
  equal(messages.length, 3);
});

Deno.test("PDFs without text are refused in the newest turn and named in older ones (R21)", async () => {
  await using proxy = startProxy({ dialect: plain });
  for (const block of [scan, pdfBlock(new Uint8Array([1, 2])), remote]) {
    const { status, message, sent } = await post(proxy, user(block));
    equal(status, 400);
    equal(message, "This model does not support PDF input");
    equal(sent, "null");
  }
  const older = await post(
    proxy,
    user(scan, text("Look")),
    { role: "assistant", content: "I see" },
    user(text("Go on")),
  );
  equal(older.status, 200);
  ok(older.sent.includes("[document omitted: the model takes no PDFs]"));
  equal(older.notice, "PDF left out: the model takes none");
});

Deno.test("PDFs behind a URL go as the URL where the upstream fetches it, and are never fetched here", async () => {
  await using proxy = startProxy({ dialect: openrouter });
  const { sent } = await post(proxy, user(remote));
  deepEqual(JSON.parse(sent).messages[0].content, [{
    type: "file",
    file: { filename: "document.pdf", file_data: remote.source.url },
  }]);
});

Deno.test("PDFs go as text once an upstream has refused them as files", async () => {
  const no = refusal(400, openaiError("Unsupported parameter: 'file'"));
  await using proxy = startProxy({
    dialect: openrouter,
    script: ({ number }) => number === 1 ? no : undefined,
  });
  const { status, sent } = await post(proxy, user(report));
  equal(status, 200);
  ok(sent.includes("Revenue grew"), sent);
});
