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
  const entries = Object.entries(value)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, field]): [string, unknown] => [name, sorted(field)]);
  return Object.fromEntries(entries);
}
