import { deepStrictEqual as deepEqual } from "node:assert";
import { doesReason, refusesTools } from "./known_models.ts";

Deno.test("doesReason() knows OpenAI's models and no others", () => {
  const models = {
    "gpt-5": true,
    "gpt-5.10-sol": true,
    "gpt-6-astra": true,
    "o4-mini": true,
    "gpt-4o": false,
    "gpt-4.1": false,
    "gpt-5-chat-latest": false,
    "gpt-oss-120b": false,
    "qwen3-coder": undefined,
  };
  for (const [model, reasons] of Object.entries(models)) {
    deepEqual(doesReason(model), reasons, model);
  }
});

Deno.test("refusesTools() begins with 5.4, from 5.5 on at the usual effort too", () => {
  const told = (model: string) =>
    [undefined, "none", "low"].map((effort) => refusesTools(model, effort));
  deepEqual(told("gpt-5.3"), [false, false, false]);
  deepEqual(told("gpt-5.4-mini"), [false, false, true]);
  deepEqual(told("gpt-5.6-sol"), [true, false, true]);
  deepEqual(told("gpt-6-luna"), [true, false, true]);
  deepEqual(told("qwen3-coder"), [false, false, false]);
});
