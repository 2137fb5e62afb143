/**
 * Whether caching earlier digests would help: what the key of a session's
 * request costs, and what it would cost with the digests of all its messages
 * cached, compared with parsing the body.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { parseMessagesRequest } from "../../src/anthropic/request.ts";
import { answerKey } from "../../src/cache/answer_key.ts";
import { session } from "./session.ts";

for (const kilobytes of [20, 160, 700]) {
  const body = JSON.stringify(session(kilobytes * 1024));
  const group = `a session of ${body.length >> 10} KB`;
  const json = JSON.parse(body);
  const question = {
    api: "chat",
    url: "http://127.0.0.1/v1",
    headers: {},
    body: json,
  } as const;
  const texts: string[] = json.messages.map((message: unknown) =>
    JSON.stringify(message)
  );
  const memory = new Map(texts.map((text) => [text, digest(text)]));

  Deno.bench(`JSON.parse(), ${group}`, { group, baseline: true }, () => {
    JSON.parse(body);
  });
  Deno.bench(`parseMessagesRequest(), ${group}`, { group }, () => {
    parseMessagesRequest(json);
  });
  Deno.bench(`answerKey(), ${group}`, { group }, () => {
    answerKey(question, null);
  });
  Deno.bench(`SHA-256 of the body alone, ${group}`, { group }, () => {
    digest(body);
  });
  // What was newly parsed must be serialized to be looked up.
  Deno.bench({
    name: `a key of remembered messages, ${group}`,
    group,
    fn(b) {
      const messages: unknown[] = JSON.parse(body).messages;
      b.start();
      digest(
        messages.map((message) => memory.get(JSON.stringify(message))).join(),
      );
      b.end();
    },
  });
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
