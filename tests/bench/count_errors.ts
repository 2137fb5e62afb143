/**
 * How far off counts are: for each text of the corpus, and for a model with an
 * unknown tokenizer, answer by answer.
 *
 * @module
 */
import { createBpe } from "../../src/tokens/bpe.ts";
import { Calibrations } from "../../src/tokens/calibrations.ts";
import { estimateTokens } from "../../src/tokens/estimate.ts";
import o200k from "js-tiktoken/ranks/o200k_base";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import { openStore } from "../store_site.ts";
import { exactCounter, readCorpus } from "../token_corpus.ts";

const ANSWERS = 10;
const corpus = await readCorpus();
const counters = {
  o200k_base: createBpe(o200k),
  cl100k_base: createBpe(cl100k),
};

for (const encoding of ["o200k_base", "cl100k_base"] as const) {
  const exact = exactCounter(encoding);
  const errors = [...corpus].map(([name, text]) => {
    const tokens = exact(text);
    const error = percent(counters[encoding](text), tokens);
    const estimate = percent(estimateTokens(text), tokens);
    print(
      `${encoding}, ${name}: ${tokens} tokens, counted ${signed(error)}, ` +
        `estimated ${signed(estimate)}\n`,
    );
    return Math.abs(error);
  });
  const sorted = errors.toSorted((a, b) => a - b);
  print(
    `${encoding}: median error of counts ${
      sorted[sorted.length >> 1]?.toFixed(2)
    } %, worst ${sorted.at(-1)?.toFixed(2)} %\n`,
  );
}

// An unknown tokenizer: a different one, and something around each prompt.
await using opened = openStore({ open: () => Deno.openKv(":memory:") });
const calibrations = new Calibrations(opened.store);
const url = new URL("http://unknown.example/v1").href;
const target = { upstream: { url }, model: "llama-9" } as Parameters<
  Calibrations["learn"]
>[0];
const exact = exactCounter("cl100k_base");
const texts = [...corpus.values()];
for (let answer = 0; answer <= ANSWERS; answer++) {
  const text = texts.map((text) => text.slice(answer * 97 % 300)).join("\n")
    .repeat(answer + 1);
  const actual = Math.round(exact(text) * 1.17) + 60;
  const measured = counters.o200k_base(text);
  const told = calibrations.correct(target, {
    tokens: measured,
    measure: "count",
  });
  print(
    `unknown tokenizer, after ${answer} answers: counted ${
      signed(percent(told, actual))
    }\n`,
  );
  calibrations.learn(target, "count", { measured, actual });
}

function percent(tokens: number, actual: number): number {
  return (tokens / actual - 1) * 100;
}

function signed(percents: number): string {
  return `${percents >= 0 ? "+" : "−"}${Math.abs(percents).toFixed(2)} %`;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
