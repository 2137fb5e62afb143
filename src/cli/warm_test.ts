import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import { readWarmRequests, WarmFileError } from "./warm.ts";

const body = (content: string) => ({
  model: "claude-haiku-4-5",
  max_tokens: 20,
  messages: [{ role: "user", content }],
});

Deno.test("readWarmRequests() reads a request a line, as it stands there", () => {
  const first = { ...body("one"), some_new_field: 1 };
  const text = `${JSON.stringify(first)}\n\n${JSON.stringify(body("two"))}\r\n`;
  deepEqual(readWarmRequests(text), [
    { line: 1, model: "claude-haiku-4-5", body: first },
    { line: 3, model: "claude-haiku-4-5", body: body("two") },
  ]);
});

function problemsOf(text: string): readonly string[] {
  let problems: readonly string[] = [];
  throws(() => readWarmRequests(text), (error) => {
    if (error instanceof WarmFileError) problems = error.problems;
    return error instanceof WarmFileError;
  });
  return problems;
}

Deno.test("readWarmRequests() tells every line that is no request, and why", () => {
  const lines = ["{", JSON.stringify(body("one")), "[]", '{"model":"m"}'];
  deepEqual(problemsOf(lines.join("\n")), [
    "line 1: expected a request as JSON, on one line",
    "line 3: expected a request as JSON, on one line",
    "line 4: messages: Field required",
  ]);
});

Deno.test("readWarmRequests() tells no more than it takes to see what is wrong", () => {
  const problems = problemsOf("x\n".repeat(1_000));
  equal(problems.length, 11);
  equal(problems.at(-1), "and 990 more");
});

Deno.test("readWarmRequests() takes no file without requests", () => {
  deepEqual(problemsOf("\n \n"), [
    "expected requests, one on a line; it has none",
  ]);
});
