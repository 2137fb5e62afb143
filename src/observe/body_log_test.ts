import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import type { LogFields } from "../log.ts";
import { createRedactor, Secret } from "../secret.ts";
import { createBodyLog } from "./body_log.ts";

const KEY = "open-sesame-1";

function logged(text: string): LogFields[] {
  const entries: LogFields[] = [];
  const log = {
    info: (message: string, fields?: LogFields) =>
      void entries.push({ message, ...fields }),
  };
  const logBody = createBodyLog(createRedactor([new Secret(KEY)]));
  logBody(log, { what: "answer", text });
  return entries;
}

Deno.test("createBodyLog() writes a body as it is, but for secrets", () => {
  deepEqual(logged(`{"said":"the key is ${KEY}"}`), [{
    message: "body",
    what: "answer",
    text: '{"said":"the key is ***"}',
    charsLeftOut: undefined,
  }]);
});

Deno.test("createBodyLog() leaves out the middle of what is long, and no key is cut in two", () => {
  for (let shift = 0; shift <= KEY.length; shift++) {
    const before = "a".repeat(50_000 - shift);
    const after = "b".repeat(50_000);
    const [entry] = logged(`${before}${KEY}${"-".repeat(1_000)}${after}`);
    const text = String(entry?.text);
    equal(text.length, 100_003);
    equal(text.startsWith(before), true);
    equal(text.endsWith(after), true);
    equal(text.includes(KEY.slice(0, 4)), false);
  }
});
