import { match, ok, strictEqual as equal } from "node:assert";
import { ConfigError, parseConfig } from "../config/config.ts";
import type { Environment } from "../config/variables.ts";
import { refusalText } from "./refusal.ts";

function problemsOf(environment: Environment): readonly string[] {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
}

Deno.test("refusalText() tells a first run what is missing in three lines", () => {
  const text = refusalText(problemsOf({}));
  equal(text.split("\n").length, 4); // the last one is empty
  for (const word of ["OPENAI_API_KEY", "BIG_MODEL_NAME", "`ccproxy demo`"]) {
    ok(text.includes(word), word);
  }
});

Deno.test("refusalText() lists what is wrong where something is set", () => {
  const text = refusalText(problemsOf({ BIG_MODEL_NAME: "big" }));
  match(text, /\n {2}OPENAI_API_KEY: expected /);
  match(text, /\n {2}SMALL_MODEL_NAME: expected /);
  match(
    refusalText(problemsOf({ PORT: "none" })),
    /\n {2}PORT: expected a port/,
  );
});
