import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { CATALOGUE } from "./catalogue.ts";
import {
  type ModelRow,
  type ModelTable,
  namesToOffer,
  rowsOf,
  selectTargets,
  toTargetName,
} from "./model_rows.ts";

/** A row with `upstream/model` for each target. */
function row(
  match: string,
  to: string[],
  longer: Record<number, string[]> = {},
): ModelRow {
  const names = (paths: string[]) =>
    paths.map((path) => toTargetName(path)).filter((name) => name !== null);
  return {
    match,
    to: names(to),
    longer: Object.entries(longer)
      .map(([tokens, to]) => ({ overTokens: Number(tokens), to: names(to) }))
      .toSorted((a, b) => b.overTokens - a.overTokens),
  };
}

/** The selected targets, as `upstream/model`. */
function selected(asked: string, table: ModelTable, inputTokens = 0): string[] {
  return selectTargets(asked, { ...table, inputTokens })
    .map(({ upstream, model }) => `${upstream}/${model}`);
}

const ENVIRONMENT: ModelTable = {
  upstreams: ["host"],
  rows: rowsOf({ upstream: "host", big: "acme/big", small: "acme/small" }),
};

const TWO_NAMES: [asked: string, expected: string][] = [
  ["claude-opus-4-8", "acme/big"],
  ["claude-sonnet-5", "acme/big"],
  ["claude-fable-5", "acme/big"],
  ["claude-haiku-4-5-20251001", "acme/small"],
  ["claude-3-5-haiku-latest", "acme/small"],
  ["Claude-HAIKU", "acme/small"],
  ["anthropic/claude-haiku-4-5", "acme/small"],
  ["claude-sonnet-5[1m]", "acme/big"],
  ["claude-haiku-4-5[1M]", "acme/small"],
  ["unheard-of", "acme/big"],
  ["", "acme/big"],
  ["acme/big", "acme/big"],
  ["acme/small", "acme/small"],
  ["anthropic/acme/small", "acme/small"],
  ["acme/small[1m]", "acme/small"],
  ["gpt-5.6-sol", "gpt-5.6-sol"],
  ["anthropic/gpt-5.6-sol", "gpt-5.6-sol"],
  ["openai/gpt-5.4", "openai/gpt-5.4"],
  ["gpt-5.6-sol[1m]", "gpt-5.6-sol"],
  ["host/any-model", "any-model"],
  ["anthropic/host/any-model", "any-model"],
];

for (const [asked, expected] of TWO_NAMES) {
  Deno.test(`selectTargets() takes ${expected} for "${asked}" of two names`, () => {
    deepEqual(selected(asked, ENVIRONMENT), [`host/${expected}`]);
  });
}

Deno.test("rowsOf() takes a model that says haiku at its word", () => {
  const rows = rowsOf({ upstream: "host", big: "my-haiku", small: "tiny" });
  const table = { upstreams: ["host"], rows };
  deepEqual(selected("my-haiku", table), ["host/my-haiku"]);
  deepEqual(selected("claude-haiku-4-5", table), ["host/tiny"]);
});

Deno.test("rowsOf() leaves other names to others where there is no big model", () => {
  const rows = rowsOf({ upstream: "host", big: undefined, small: "tiny" });
  const table = { upstreams: ["host"], rows };
  deepEqual(selected("claude-haiku-4-5", table), ["host/tiny"]);
  deepEqual(selected("claude-opus-4-8", table), []);
});

const FILE: ModelTable = {
  upstreams: ["openai", "local", "openrouter"],
  rows: [
    row("fast", ["local/qwen3-coder"]),
    row("claude-haiku-*", ["local/qwen3-coder", "openai/gpt-5-mini"]),
    row("gpt-5*", ["openrouter/openai/gpt-5", "openai/gpt-5"]),
    row("*", ["openai/gpt-5.6-sol", "openrouter/openai/gpt-5.6-sol"], {
      100_000: ["openrouter/google/gemini-3-pro"],
      500_000: ["openrouter/google/gemini-3-max", "openai/gpt-5.6-sol"],
    }),
  ],
};

const FILE_ROWS: [asked: string, expected: string[], inputTokens?: number][] = [
  ["claude-haiku-4-5", ["local/qwen3-coder", "openai/gpt-5-mini"]],
  ["anthropic/fast", ["local/qwen3-coder"]],
  ["claude-opus-5", ["openai/gpt-5.6-sol", "openrouter/openai/gpt-5.6-sol"]],
  [
    "claude-opus-5",
    ["openai/gpt-5.6-sol", "openrouter/openai/gpt-5.6-sol"],
    100_000,
  ],
  ["claude-opus-5", ["openrouter/google/gemini-3-pro"], 100_001],
  [
    "claude-opus-5",
    ["openrouter/google/gemini-3-max", "openai/gpt-5.6-sol"],
    500_001,
  ],
  ["gpt-5", ["openrouter/openai/gpt-5", "openai/gpt-5"]],
  ["qwen3-coder", ["local/qwen3-coder"]],
  ["google/gemini-3-pro", ["openrouter/google/gemini-3-pro"]],
  ["grok-4.7", ["openai/grok-4.7"]],
  ["local/other", ["local/other"]],
  ["anthropic/openrouter/a/b[1m]", ["openrouter/a/b"]],
  ["elsewhere/x", ["openai/gpt-5.6-sol", "openrouter/openai/gpt-5.6-sol"]],
];

for (const [asked, expected, inputTokens] of FILE_ROWS) {
  const size = inputTokens ? ` of ${inputTokens} tokens` : "";
  Deno.test(`selectTargets() takes ${expected.join(", ")} for "${asked}"${size}`, () => {
    deepEqual(selected(asked, FILE, inputTokens), expected);
  });
}

Deno.test("selectTargets() knows an upstream called anthropic from the prefix", () => {
  const table = {
    upstreams: ["anthropic", "local"],
    rows: [row("*", ["local/big"])],
  };
  deepEqual(selected("anthropic/claude-opus-5", table), [
    "anthropic/claude-opus-5",
  ]);
  deepEqual(selected("anthropic/anthropic/x", table), [
    "anthropic/anthropic/x",
  ]);
  deepEqual(selected("anthropic/local/x", table), ["anthropic/local/x"]);
  deepEqual(selected("claude-opus-5", table), ["local/big"]);
});

Deno.test("selectTargets() finds nobody where no row matches", () => {
  const table = { upstreams: ["local"], rows: [row("a*", ["local/m"])] };
  deepEqual(selected("b", table), []);
  deepEqual(selected("gpt-5.6-sol", table), []);
  deepEqual(selected("m", table), ["local/m"]);
});

const name = fc.constantFrom(
  ...["claude-opus-5", "claude-haiku-4-5", "fast", "x", "o/m", "l/a/b"],
  ...[...CATALOGUE.keys()].slice(0, 3),
);
const target = fc.constantFrom("o/m", "o/x", "l/m", "l/a/b");
const targets = fc.uniqueArray(target, { minLength: 1, maxLength: 4 });
const aRow = fc.tuple(
  fc.constantFrom("*", "claude-*", "*haiku*", "fast", "x"),
  targets,
  fc.dictionary(fc.constantFrom("10", "100", "1000"), targets),
).map(([match, to, longer]) => row(match, to, longer));
const aTable = fc.array(aRow, { maxLength: 4 })
  .map((rows): ModelTable => ({ upstreams: ["o", "l"], rows }));
const tokens = fc.nat(2_000);

Deno.test("selectTargets() selects at known upstreams alone", () => {
  fc.assert(fc.property(name, aTable, tokens, (asked, table, inputTokens) => {
    for (
      const { upstream } of selectTargets(asked, { ...table, inputTokens })
    ) {
      ok(table.upstreams.includes(upstream));
    }
  }));
});

Deno.test("selectTargets() sees neither prefix nor suffix", () => {
  fc.assert(fc.property(name, aTable, tokens, (asked, table, inputTokens) => {
    const bare = selected(asked, table, inputTokens);
    deepEqual(selected(`anthropic/${asked}`, table, inputTokens), bare);
    deepEqual(selected(`${asked}[1m]`, table, inputTokens), bare);
    deepEqual(selected(`anthropic/${asked}[1M]`, table, inputTokens), bare);
  }));
});

Deno.test("selectTargets() keeps a row's targets together and in their order", () => {
  fc.assert(fc.property(name, aTable, tokens, (asked, table, inputTokens) => {
    const found = selectTargets(asked, { ...table, inputTokens });
    const lists = table.rows.flatMap(({ to, longer }) => [
      to,
      ...longer.map(({ to }) => to),
    ]);
    ok(found.length <= 1 || lists.some((list) => list === found));
  }));
});

Deno.test("selectTargets() lets rows after the first match change nothing", () => {
  fc.assert(fc.property(name, aTable, aRow, (asked, table, added) => {
    const isTaken = table.rows.some(({ match }) => match === "*");
    fc.pre(isTaken && !selected(asked, table)[0]?.endsWith(`/${asked}`));
    const longer = { ...table, rows: [...table.rows, added] };
    const known = namesOf(longer.rows);
    fc.pre(!known.has(asked));
    deepEqual(selected(asked, longer), selected(asked, table));
  }));
});

function namesOf(rows: readonly ModelRow[]): Set<string> {
  return new Set(
    rows.flatMap(({ to, longer }) =>
      [...to, ...longer.flatMap(({ to }) => to)].map(({ model }) => model)
    ),
  );
}

Deno.test("namesToOffer() offers what can be asked for, each once", () => {
  deepEqual(namesToOffer(ENVIRONMENT), ["acme/big", "acme/small"]);
  deepEqual(namesToOffer(FILE), [
    "fast",
    "local/qwen3-coder",
    "openai/gpt-5-mini",
    "openrouter/openai/gpt-5",
    "openai/gpt-5",
    "openai/gpt-5.6-sol",
    "openrouter/openai/gpt-5.6-sol",
    "openrouter/google/gemini-3-max",
    "openrouter/google/gemini-3-pro",
  ]);
});

Deno.test("namesToOffer() offers nothing that nobody answers for", () => {
  fc.assert(fc.property(aTable, (table) => {
    for (const offered of namesToOffer(table)) {
      ok(selectTargets(offered, { ...table, inputTokens: 0 }).length > 0);
      equal(offered.includes("*"), false);
    }
  }));
});
