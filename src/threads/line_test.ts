import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { type Line, LineError, openLine } from "./line.ts";

type Calls = {
  add: (a: number, b: number) => number;
  fail: () => Promise<never>;
  hang: () => Promise<void>;
  note: (text: string) => void;
};

/** A line to `Calls`, and what the other end recorded. */
async function withLine(
  use: (line: Line<Calls>, noted: string[]) => Promise<void>,
): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const noted: string[] = [];
  const own: Calls = {
    add: (a, b) => a + b,
    fail: () => Promise.reject(new Error("on purpose")),
    hang: () => new Promise(() => {}),
    note: (text) => void noted.push(text),
  };
  openLine(port2, { own, timeoutMs: 5_000 });
  const line = openLine<Calls>(port1, { own: {}, timeoutMs: 5_000 });
  port1.start();
  port2.start();
  await use(line, noted);
  port1.close();
  port2.close();
}

Deno.test("openLine() has each call answered with its own result", () =>
  withLine(async (line) => {
    const sums = [1, 2, 3].map((n) => line.call("add", [n, 10]));
    deepEqual(await Promise.all(sums), [11, 12, 13]);
  }));

Deno.test("openLine() passes on why a call has failed", () =>
  withLine(async (line) => {
    await rejects(line.call("fail", []), new LineError("on purpose"));
  }));

Deno.test("openLine() waits for no answer for longer than it was told", () =>
  withLine(async (line) => {
    await rejects(
      line.call("hang", [], { timeoutMs: 1 }),
      new LineError("No answer to hang"),
    );
    equal(await line.call("add", [1, 1]), 2);
  }));

Deno.test("openLine() tells in order, without an answer", () =>
  withLine(async (line, noted) => {
    line.tell("note", "a");
    line.tell("note", "b");
    await line.call("add", [0, 0]); // comes after them
    deepEqual(noted, ["a", "b"]);
  }));

Deno.test("Line.hangUp() fails what is still waited for", () =>
  withLine(async (line) => {
    const waiting = line.call("hang", []);
    line.hangUp("dead");
    await rejects(waiting, new LineError("dead"));
  }));
