import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import {
  aRequest,
  capable,
  image,
  pdf,
  text,
  toolResult,
  user,
} from "../../tests/builders.ts";
import type { ChatContentPart } from "../openai/chat.ts";
import { Notices } from "./notices.ts";
import { translateResult } from "./tool_result.ts";

/** The tool message's text, and what is attached after it. */
function resultOf(content: unknown, rest: Record<string, unknown> = {}) {
  const { messages } = aRequest({
    messages: [user(toolResult("T1", content, rest))],
  });
  const attachments: ChatContentPart[] = [];
  const context = {
    capabilities: capable({ pdfs: true }),
    notices: new Notices(),
    isNewest: true,
  };
  const texts = messages
    .flatMap(({ content }) => typeof content === "string" ? [] : content)
    .map((block) =>
      block.type === "tool_result"
        ? translateResult(block, attachments, context)
        : ""
    );
  return { text: texts.join(), attachments };
}

const ROWS: [string, unknown, Record<string, unknown>, string][] = [
  ["keeps a string as it is", '{"a":1.0}\n', {}, '{"a":1.0}\n'],
  ["joins blocks by line (R16)", [text("a"), text("b")], {}, "a\nb"],
  ["says that there is no output: nothing (R17)", undefined, {}, "(no output)"],
  ["says that there is no output: null (R17)", null, {}, "(no output)"],
  ["says that there is no output: empty (R17)", "", {}, "(no output)"],
  ["says that there is no output: no blocks (R17)", [], {}, "(no output)"],
  [
    "says that there is no output: empty text (R17)",
    [text("")],
    {},
    "(no output)",
  ],
  ["marks an error (R18)", "boom", { is_error: true }, "Error: boom"],
  ["marks no success", "boom", { is_error: false }, "boom"],
  [
    "marks an empty error",
    undefined,
    { is_error: true },
    "Error: (no output)",
  ],
  [
    "leaves marked errors alone (R18)",
    "<tool_use_error>x</tool_use_error>",
    { is_error: true },
    "<tool_use_error>x</tool_use_error>",
  ],
  [
    "leaves what says Error alone (R18)",
    "error: x",
    { is_error: true },
    "error: x",
  ],
  [
    "tells of a tool that was found (R22)",
    [{ type: "tool_reference", tool_name: "CronList" }],
    {},
    "Tool CronList is now available.",
  ],
  ["ignores what it does not know", [{ type: "x" }, text("a")], {}, "a"],
];

for (const [promise, content, rest, expected] of ROWS) {
  Deno.test(`translateResult() ${promise}`, () => {
    equal(resultOf(content, rest).text, expected);
  });
}

Deno.test("translateResult() attaches images and says where they belong (R19)", () => {
  deepEqual(resultOf([text("a"), image(), image()]), {
    text: "a\n[see attached image 1]\n[see attached image 2]",
    attachments: [1, 2].map(() => ({
      type: "image_url",
      image_url: { url: "data:image/png;base64,aGk=" },
    })),
  });
});

Deno.test("translateResult() attaches documents (R21)", () => {
  deepEqual(resultOf([text("PDF file read: a.pdf"), pdf()]), {
    text: "PDF file read: a.pdf\n[see attached document 1]",
    attachments: [{
      type: "file",
      file: {
        filename: "document.pdf",
        file_data: "data:application/pdf;base64,JVBERi0=",
      },
    }],
  });
});
