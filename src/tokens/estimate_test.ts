import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import ranks from "js-tiktoken/ranks/o200k_base";
import { createBpe } from "./bpe.ts";
import { estimateTokens } from "./estimate.ts";

const countTokens = createBpe(ranks);

/** Text of each kind, written for this test. */
const ORDINARY = {
  "English prose": `A proxy stands between a client and a server. It takes each
request, writes it anew in the language that the server understands, and sends
it on; the answer takes the same way back. While it waits, other clients are
served, because nothing in it blocks. When the server is slow the proxy tries
again, but never after the first byte of an answer has reached the client.`,
  "TypeScript":
    `export async function readLines(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path);
  const lines = text.split("\\n").map((line) => line.trimEnd());
  if (lines.at(-1) === "") lines.pop(); // the file ended with a newline
  return lines.filter((line) => !line.startsWith("#"));
}`,
  "a JSON tool schema": JSON.stringify({
    name: "search_files",
    description: "Finds files whose content matches a regular expression.",
    input_schema: {
      type: "object",
      properties: {
        pattern: { type: "string", description: "The expression to look for" },
        path: { type: "string", description: "Folder to start from" },
        max_results: { type: "integer", minimum: 1, maximum: 500 },
        case_sensitive: { type: "boolean" },
      },
      required: ["pattern"],
      additionalProperties: false,
    },
  }),
  "Chinese":
    `代理服务器位于客户端和上游服务器之间。它接收每个请求,把它翻译成上游
能够理解的格式,然后发送出去。等待答复的时候,它可以继续为其他客户端服务。`,
  "Japanese":
    `プロキシはクライアントとサーバーの間に立ち、リクエストを別の形式に
変換して送ります。応答を待っている間も、他のクライアントに対応できます。`,
  "Korean":
    `프록시는 클라이언트와 서버 사이에서 요청을 다른 형식으로 바꾸어 보냅니다.
응답을 기다리는 동안에도 다른 클라이언트를 계속 처리할 수 있습니다.`,
  "Russian":
    `Прокси стоит между клиентом и сервером. Он переводит каждый запрос в
другой формат и отправляет его дальше, а ответ проходит тот же путь обратно.`,
};

for (const [kind, text] of Object.entries(ORDINARY)) {
  Deno.test(`estimateTokens() is within 25 % of the count of ${kind}`, () => {
    const ratio = estimateTokens(text) / countTokens(text);
    ok(ratio > 0.75 && ratio < 1.25, `${ratio}`);
  });
}

Deno.test("estimateTokens() is 0 for the empty text only", () => {
  equal(estimateTokens(""), 0);
  equal(estimateTokens(" "), 1);
});

Deno.test("estimateTokens() never exceeds a token per character", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 3_000 });
  fc.assert(fc.property(text, (text) => {
    const tokens = estimateTokens(text);
    ok(Number.isInteger(tokens) && tokens >= 1 && tokens <= text.length);
  }));
});

Deno.test("estimateTokens() grows in proportion beyond its samples", () => {
  const text = fc.string({ minLength: 1, maxLength: 100 });
  fc.assert(fc.property(text, (text) => {
    const tokens = estimateTokens(text.repeat(512));
    const twice = estimateTokens(text.repeat(1_024));
    // The windows are different then, and see other parts of it.
    ok(Math.abs(twice - 2 * tokens) <= 0.3 * twice + 2, `${tokens}, ${twice}`);
  }));
});
