/**
 * Whether remembering what was checked and hashed before would help: what the
 * key of a session's request takes, and what it takes to find such a memory's
 * entry, beside what parsing the body takes anyway.
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
  // The parts such a memory would know: all but the last message.
  const parts: string[] = json.messages.map((message: unknown) =>
    JSON.stringify(message)
  );
  const memory = new Map(parts.map((part) => [part, part.length]));

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
    createHash("sha256").update(body).digest("hex");
  });
  // What has been parsed anew has to be written again to be looked up.
  Deno.bench(`finding its messages in a memory, ${group}`, { group }, () => {
    for (const message of json.messages) memory.get(JSON.stringify(message));
  });
}
