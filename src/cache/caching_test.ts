import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { aRequest } from "../../tests/builders.ts";
import { CacheUse } from "./cache_use.ts";
import { type CacheMode, type CachePolicy, toCaching } from "./caching.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

interface Given {
  fields?: Record<string, unknown>;
  headers?: Record<string, string>;
  policy?: Partial<CachePolicy>;
  inputTokens?: number;
}

function caching(
  { fields = {}, headers = {}, policy = {}, inputTokens = 100 }: Given = {},
) {
  return toCaching(aRequest({ max_tokens: 32_000, ...fields }), {
    headers: new Headers(headers),
    policy: { mode: "safe", ttlMs: HOUR_MS, ...policy },
    inputTokens,
    tenant: null,
    use: new CacheUse(),
  });
}

const TOOL = { name: "Bash", input_schema: { type: "object" } };
const FORMAT = { type: "json_schema", schema: { type: "object" } };

Deno.test("toCaching() keeps housekeeping as long as it may, the rest for a retry", () => {
  const rows: [Given, number][] = [
    [{}, MINUTE_MS],
    [{ fields: { temperature: 0 } }, HOUR_MS],
    [{ fields: { temperature: 0, tools: [TOOL] } }, HOUR_MS],
    [{ fields: { temperature: 0.1 } }, MINUTE_MS],
    [{ fields: { max_tokens: 512 } }, HOUR_MS],
    [{ fields: { max_tokens: 513 } }, MINUTE_MS],
    [{ fields: { max_tokens: 512, tools: [] } }, HOUR_MS],
    [{ fields: { max_tokens: 512, tools: [TOOL] } }, MINUTE_MS],
    [{ fields: { max_tokens: 512 }, inputTokens: 4_001 }, MINUTE_MS],
    [{ fields: { output_config: { format: FORMAT } } }, HOUR_MS],
    [{ policy: { mode: "all" } }, HOUR_MS],
    [{ policy: { ttlMs: 1_000 } }, 1_000],
  ];
  for (const [given, keepMs] of rows) {
    equal(caching(given).keepMs, keepMs, JSON.stringify(given));
  }
});

Deno.test("toCaching() obeys the client's headers in every mode", () => {
  const rows: [Record<string, string>, string][] = [
    [{}, "any"],
    [{ "cache-control": "No-Store" }, "own"],
    [{ "cache-control": "max-age=0, no-cache" }, "fresh"],
    [{ "cache-control": "no-cache, no-store" }, "own"],
    [{ "x-ccproxy-cache": "Bypass" }, "own"],
    [{ "x-ccproxy-cache": "something else" }, "any"],
  ];
  for (const mode of ["safe", "all"] satisfies CacheMode[]) {
    const all = rows.map(([headers]) =>
      caching({ headers, policy: { mode } }).takes
    );
    deepEqual(all, rows.map(([, takes]) => takes));
  }
  for (const [headers] of rows) {
    equal(caching({ headers, policy: { mode: "off" } }).takes, "own");
  }
});
