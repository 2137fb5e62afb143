import { ok, strictEqual as equal } from "node:assert";
import type { SentEvent } from "../support.ts";

/**
 * Checks that events are one message or the beginning of one: blocks open and
 * close under indexes 0, 1, 2, …, and `message_stop` or `error` comes last,
 * once.
 *
 * @throws {AssertionError} at the first event that breaks the rules.
 */
export function checkEvents(sent: readonly SentEvent[]): void {
  const events = sent.filter(({ event }) => event !== "ping");
  const last = events.at(-1)?.event;
  ok(last === "message_stop" || last === "error", `${last} comes last`);
  let blocks = 0;
  let isOpen = false;
  let isEnded = false;
  for (const [n, { event, data }] of events.entries()) {
    equal(data.type, event);
    ok(!isEnded || event === "message_stop", `${event} after the end`);
    equal(event === "message_start", n === 0 && last !== event, event);
    switch (event) {
      case "message_start":
        break;
      case "content_block_start":
        ok(!isOpen, "one block at a time");
        equal(data.index, blocks++);
        isOpen = true;
        break;
      case "content_block_delta":
      case "content_block_stop":
        ok(isOpen, `${event} in an open block`);
        equal(data.index, blocks - 1);
        isOpen = event === "content_block_delta";
        break;
      case "message_delta":
        ok(!isOpen, "every block is closed");
        ok(Object(data.delta).stop_reason, "a reason");
        isEnded = true;
        break;
      case "message_stop":
        ok(isEnded, "the end is told first");
        equal(n, events.length - 1);
        break;
      case "error":
        equal(n, events.length - 1);
        equal(typeof Object(data.error).message, "string");
        break;
      default:
        ok(false, event);
    }
  }
}
