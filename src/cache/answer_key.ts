import { createHash } from "node:crypto";
import type { UpstreamApi } from "../models/select_target.ts";

/** What an answer depends on. */
export interface Question {
  api: UpstreamApi;
  /** The upstream's base URL. */
  url: string;
  /** The client's headers that are passed on. */
  headers: Readonly<Record<string, string>>;
  /** The request's body, including the model's name. */
  body: object;
}

/** Fields that affect how an answer is sent, or who asks, not what it says. */
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
 * Identifies a question by 64 hex digits: equal for questions that must have
 * the same answers, in whatever field order, and for no others.
 *
 * Nothing is remembered of earlier questions: building keys from the remembered
 * digests of 10,000 messages would save 0.1 of 0.3 ms for a body of 150 KB and
 * 0.4 of 1.4 ms for 670 KB, but hold all those texts in memory. Parsing the
 * JSON takes as long as hashing it, and validating it a quarter
 * (tests/bench/hash_bench.ts).
 *
 * @param tenant Who may get the answer, as a hash; `null`: everyone.
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
    // Plain assignment would set the copy's prototype instead of a field.
    else Object.defineProperty(copy, name, { value: field, enumerable: true });
  }
  return copy;
}
