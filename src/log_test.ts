import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { createLogger, LOG_LEVELS, type LoggerOptions } from "./log.ts";
import { Secret } from "./secret.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 34, 56, 789);

function aLog(given: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: "DEBUG",
    write: (line) => void lines.push(line),
    now: () => NOW,
    pretty: false,
    ...given,
  });
  return { log, lines };
}

Deno.test("createLogger() writes an entry as a line of JSON", () => {
  const { log, lines } = aLog();
  log.info("message", { model: "m", tokens: 5, notices: undefined });
  deepEqual(lines, [
    '{"time":"2026-11-22T12:34:56.789Z","level":"INFO","message":"message","model":"m","tokens":5}\n',
  ]);
});

Deno.test("createLogger() writes what is as urgent as its level, or more", () => {
  for (const [rank, level] of LOG_LEVELS.entries()) {
    const { log, lines } = aLog({ level });
    log.debug("x");
    log.info("x");
    log.warn("x");
    log.error("x");
    deepEqual(
      lines.map((line) => JSON.parse(line).level),
      LOG_LEVELS.slice(rank),
    );
  }
});

Deno.test("createLogger() adds common fields to every entry, an entry's own win", () => {
  const { log, lines } = aLog();
  const child = log.with({ requestId: "req_1", a: 1 }).with({ b: 2 });
  child.warn("x", { a: 3 });
  log.warn("y");
  const [first, second] = lines.map((line) => JSON.parse(line));
  deepEqual([first.requestId, first.a, first.b], ["req_1", 3, 2]);
  equal("requestId" in second, false);
});

Deno.test("createLogger() keeps time, level and message whatever the fields are called", () => {
  const { log, lines } = aLog();
  log.info("real", { message: "forged", level: "ERROR", time: "never" });
  const entry = JSON.parse(lines.join(""));
  deepEqual(
    [entry.message, entry.level, entry.time],
    ["real", "INFO", new Date(NOW).toISOString()],
  );
});

Deno.test("createLogger() writes readable lines for people", () => {
  const { log, lines } = aLog({ pretty: true });
  log.warn("no luck", { status: 429, reason: "too fast", gone: undefined });
  equal(
    lines.join(""),
    '12:34:56 WARN  no luck status=429 reason="too fast"\n',
  );
});

Deno.test("createLogger() writes one line an entry and no secret, whatever the fields hold", () => {
  const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.jsonValue());
  fc.assert(fc.property(
    fc.dictionary(fc.string(), value),
    fc.boolean(),
    (fields, pretty) => {
      const { log, lines } = aLog({ pretty });
      const key = new Secret("TOP-SECRET-KEY");
      log.info("message", { ...fields, key, nested: { keys: [key] } });
      equal(lines.length, 1);
      match(lines[0] ?? "", /^[^\n]*\n$/);
      equal(lines.join("").includes("TOP-SECRET-KEY"), false);
      match(lines.join(""), /\*\*\*/);
    },
  ));
});
