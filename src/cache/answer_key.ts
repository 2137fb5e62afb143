import { createHash } from "node:crypto";
import type { UpstreamApi } from "../models/select_target.ts";

/** What an answer depends on. */
export interface Question {
  api: UpstreamApi;
  /** Base URL of the upstream. */
  url: string;
  /** The client's headers that go along. */
  headers: Readonly<Record<string, string>>;
  /** Body of the request, the model's name in it. */
  body: object;
}

/** Fields that change how an answer comes, or who asks, but not what it says. */
const IRRELEVANT = new Set([
  "stream",
  "stream_options",
  "prompt_cache_key",
  "prompt_cache_retention",
  "safety_identifier",
  "user",
  "metadata",
]);

/**
 * Names a question, as 64 hex digits: alike for questions that can only have
 * the same answers, whatever the order of their fields, and for no others.
 *
 * Nothing is remembered of earlier questions: keys put together of the digests
 * of 10,000 remembered messages would save 0.1 of 0.3 ms for a body of 150 KB,
 * 0.4 of 1.4 ms for 670 KB, and hold all those texts in memory for it. Parsing
 * the JSON takes as long, and checking it a quarter (tests/bench/hash_bench.ts).
 *
 * @param tenant Who may be given the answer, as a hash; `null`: everybody.
 */
export function answerKey(
  { api, url, headers, body }: Question,
  tenant: string | null,
): string {
  const relevant = Object.entries(body)
    .filter(([name]) => !IRRELEVANT.has(name));
  const canonical = JSON.stringify(sorted([
    tenant,
    api,
    url,
    headers,
    Object.fromEntries(relevant),
  ]));
  return createHash("sha256").update(canonical).digest("hex");
}

/** The same value with the fields of all its objects in one order. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const fields: Readonly<Record<string, unknown>> = Object(value);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(fields).sort()) {
    const field = sorted(fields[name]);
    if (name !== "__proto__") copy[name] = field;
    // Assigned, it would not be a field but what the copy inherits from.
    else Object.defineProperty(copy, name, { value: field, enumerable: true });
  }
  return copy;
}
