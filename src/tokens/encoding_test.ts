import { deepStrictEqual as deepEqual } from "node:assert";
import { encodingOf } from "./encoding.ts";

const OWN = {
  "o200k_base": [
    ...[
      "gpt-4o",
      "gpt-4o-mini-2024-07-18",
      "openai/gpt-4.1",
      "gpt-4.5-preview",
    ],
    ...["gpt-5", "gpt-5.6-sol", "gpt-6.2-sol", "gpt-oss-120b", "o1", "o3-mini"],
    ...["ft:gpt-4o-mini:acme::1", "openrouter/openai/o4-mini", "codex-mini"],
  ],
  "cl100k_base": [
    ...["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo", "gpt-35-turbo", "gpt-4-0613"],
    ...["openai/gpt-4-32k", "ft:gpt-3.5-turbo:acme::1"],
  ],
};

for (const [encoding, models] of Object.entries(OWN)) {
  Deno.test(`encodingOf() knows the models of ${encoding}`, () => {
    for (const model of models) {
      deepEqual(encodingOf(model), { encoding, isOwn: true }, model);
    }
  });
}

Deno.test("encodingOf() lets o200k_base stand in for what it does not know", () => {
  for (
    const model of ["qwen3-coder", "deepseek-v4-pro", "olmo-2", "o", "my-gpt-5"]
  ) {
    deepEqual(
      encodingOf(model),
      { encoding: "o200k_base", isOwn: false },
      model,
    );
  }
});
