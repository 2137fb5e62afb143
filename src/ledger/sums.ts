import { z } from "zod";
import { savedNanoUsd } from "../cost/cost.ts";
import type { RequestRecord } from "../observe/record.ts";

/** What is added up over messages; money in whole nano-dollars. */
export interface Sums {
  /** Messages asked for. */
  requests: number;
  /** Those that ended with an error. */
  failed: number;
  /** Those for which no upstream was asked. */
  free: number;
  /** Those whose tokens, and so costs, are estimates. */
  estimated: number;
  estimatedNanoUsd: number;
  /** Those whose price is unknown, so that no sum of money includes them. */
  unpriced: number;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
  paidNanoUsd: number;
  /** What the models that clients asked for would have cost. */
  listNanoUsd: number;
  /** If both are known: the list price minus what was paid. */
  savedNanoUsd: number;
}

const Amount = z.number().optional();

/** Sums as stored: zeros are left out. */
export const StoredSums = z.object({
  requests: Amount,
  failed: Amount,
  free: Amount,
  estimated: Amount,
  estimatedNanoUsd: Amount,
  unpriced: Amount,
  inputTokens: Amount,
  cacheReadTokens: Amount,
  cacheWriteTokens: Amount,
  outputTokens: Amount,
  paidNanoUsd: Amount,
  listNanoUsd: Amount,
  savedNanoUsd: Amount,
});

export type StoredSums = z.infer<typeof StoredSums>;

/** What one request adds; `null` if it was not for a message. */
export function toAmounts(
  { message, outcome }: RequestRecord,
): Record<string, number> | null {
  if (!message) return null;
  const { usage, cost, attempts } = message;
  const paid = cost?.paidNanoUsd ?? 0;
  const sums: Sums = {
    requests: 1,
    failed: Number(outcome === "failed"),
    free: Number(usage !== null && attempts === 0),
    estimated: Number(cost?.isEstimate ?? false),
    estimatedNanoUsd: cost?.isEstimate ? paid : 0,
    unpriced: Number(cost !== null && cost.paidNanoUsd === null),
    inputTokens: usage?.input_tokens ?? 0,
    cacheReadTokens: usage?.cache_read_input_tokens ?? 0,
    cacheWriteTokens: usage?.cache_creation_input_tokens ?? 0,
    outputTokens: usage?.output_tokens ?? 0,
    paidNanoUsd: paid,
    listNanoUsd: cost?.listNanoUsd ?? 0,
    savedNanoUsd: (cost && savedNanoUsd(cost)) ?? 0,
  };
  return Object.fromEntries(
    Object.entries(sums).filter(([, amount]) => amount !== 0),
  );
}

/** Adds up sums, some of which may be missing. */
export function addUp(all: readonly StoredSums[]): Sums {
  const add = (name: keyof Sums) =>
    all.reduce((total, sums) => total + (sums[name] ?? 0), 0);
  return {
    requests: add("requests"),
    failed: add("failed"),
    free: add("free"),
    estimated: add("estimated"),
    estimatedNanoUsd: add("estimatedNanoUsd"),
    unpriced: add("unpriced"),
    inputTokens: add("inputTokens"),
    cacheReadTokens: add("cacheReadTokens"),
    cacheWriteTokens: add("cacheWriteTokens"),
    outputTokens: add("outputTokens"),
    paidNanoUsd: add("paidNanoUsd"),
    listNanoUsd: add("listNanoUsd"),
    savedNanoUsd: add("savedNanoUsd"),
  };
}
