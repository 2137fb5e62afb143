import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import {
  aMessageRecord,
  aRecord,
  aRequest,
  image,
  pdf,
  targetAt,
  user,
} from "../../tests/builders.ts";
import { plain } from "../dialects/plain.ts";
import type { RequestRecord } from "../observe/record.ts";
import { NO_USAGE } from "../translate/usage.ts";
import { learnTokens } from "./learn_tokens.ts";

const usage = { ...NO_USAGE, input_tokens: 700, cache_read_input_tokens: 300 };

function aSent(fields: Record<string, unknown> = {}, model = "llama-9") {
  return {
    request: aRequest(fields),
    target: targetAt(plain, model),
    estimatedTokens: 900,
  };
}

function anAnswer(sent = aSent()): RequestRecord {
  return aRecord({ message: aMessageRecord({ usage, sent }) });
}

/** What is learned from records, each fully counted. */
async function learnedFrom(
  records: RequestRecord[],
  { answers = 0 } = {},
): Promise<unknown[]> {
  const learned: unknown[] = [];
  const observe = learnTokens({
    calibrations: {
      answers: (_, measure) => measure === "count" ? answers : answers + 1,
      learn: ({ model }, ...given) => void learned.push([model, ...given]),
    },
    prompts: { countPlain: () => Promise.resolve(950) },
  });
  for (const record of records) {
    observe(record);
    await Promise.resolve();
    await Promise.resolve();
  }
  return learned;
}

const ESTIMATE = ["llama-9", "estimate", { measured: 900, actual: 1_000 }];
const COUNT = ["llama-9", "count", { measured: 950, actual: 1_000 }];

Deno.test("learnTokens() holds estimate and count against all input tokens", async () => {
  deepEqual(await learnedFrom([anAnswer()]), [ESTIMATE, COUNT]);
});

Deno.test("learnTokens() counts no prompt of a model whose tokenizer is known", async () => {
  const [learned, ...more] = await learnedFrom([anAnswer(aSent({}, "gpt-5"))]);
  deepEqual(learned, ["gpt-5", ...ESTIMATE.slice(1)]);
  equal(more.length, 0);
});

Deno.test("learnTokens() counts few prompts once it has counted enough", async () => {
  deepEqual(await learnedFrom([anAnswer()], { answers: 10 }), [ESTIMATE]);
  deepEqual(await learnedFrom([anAnswer()], { answers: 15 }), [
    ESTIMATE,
    COUNT,
  ]);
});

const SILENT: Record<string, RequestRecord> = {
  "a short prompt": anAnswer({ ...aSent(), estimatedTokens: 200 }),
  "a failure": { ...anAnswer(), outcome: "failed" },
  "no message": aRecord(),
  "no usage": aRecord({ message: aMessageRecord({ sent: aSent() }) }),
  "nothing sent": aRecord({ message: aMessageRecord({ usage }) }),
  "a picture": anAnswer(aSent({ messages: [user(image())] })),
  "a PDF": anAnswer(aSent({ messages: [user(pdf())] })),
  "a search": anAnswer(aSent({
    tools: [{ type: "web_search_20250305", name: "web_search" }],
  })),
  "an upstream that was not asked": anAnswer(aSent({ max_tokens: 0 })),
};

for (const [name, record] of Object.entries(SILENT)) {
  Deno.test(`learnTokens() learns nothing from ${name}`, async () => {
    deepEqual(await learnedFrom([record]), []);
  });
}
