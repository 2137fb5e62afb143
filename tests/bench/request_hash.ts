/**
 * Whether a memory of requests already seen, found by their hash, would save
 * their validation: what each costs where the body is one that was seen, and
 * where it is the next of its conversation, with a long beginning that was.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { parseMessagesRequest } from "../../src/anthropic/request.ts";
import { compareCpu } from "./cpu.ts";
import { session } from "./session.ts";

/** As long as the memory may be. */
const MAX_ENTRIES = 10_000;

for (const kilobytes of [100, 1_000]) {
  const text = JSON.stringify(session(kilobytes * 1_000));
  const json: unknown = JSON.parse(text);
  const { messages } = parseMessagesRequest(json);
  const seen = new Map(
    Array.from({ length: MAX_ENTRIES - 1 }, (_, i) => [sha256(`${i}`), true]),
  );
  seen.set(sha256(text), true);
  for (const message of messages.slice(0, -1)) {
    seen.set(sha256(JSON.stringify(message)), true);
  }
  await compareCpu({
    "validate": () => parseMessagesRequest(json),
    "find the same body by its hash": () => seen.get(sha256(text)),
    "find each message by its hash": () =>
      messages.filter((message) => seen.has(sha256(JSON.stringify(message)))),
  }, {
    title: `a request of ${kilobytes} kB that has come before`,
    times: 10_000 / kilobytes,
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
