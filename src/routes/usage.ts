import { Hono } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import { toUsd } from "../cost/cost.ts";
import { type Ledger, LEDGER_BY, type LedgerBy } from "../ledger/ledger.ts";
import { addUp, type Sums } from "../ledger/sums.ts";
import { readTime } from "./read_time.ts";

/** What the route depends on. */
export interface UsageDeps {
  ledger: Pick<Ledger, "read">;
  /** Epoch milliseconds. */
  now: () => number;
}

/** The default period for each grouping. */
const DEFAULT_SINCE: Record<LedgerBy, string> = {
  hour: "24h",
  day: "30d",
  model: "30d",
  session: "7d",
};

/**
 * `GET /v1/usage?since=…&until=…&by=day|hour|model|session`: what was used,
 * paid and saved. Hours and days are in UTC and always whole.
 */
export function usageRoute({ ledger, now }: UsageDeps): Hono {
  return new Hono().get("/v1/usage", async (c) => {
    const by = readBy(c.req.query("by") ?? "day");
    const nowMs = now();
    const moment = (name: "since" | "until", otherwise: string) =>
      readTime(c.req.query(name) ?? otherwise, { name, nowMs });
    const sinceMs = moment("since", DEFAULT_SINCE[by]);
    const untilMs = moment("until", String(nowMs));
    if (sinceMs > untilMs) {
      throw new ApiError(
        "invalid_request_error",
        "since: expected a moment before until",
      );
    }
    const rows = await ledger.read({ by, sinceMs, untilMs });
    return c.json({
      by,
      since: new Date(sinceMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      data: rows.map(({ name, sums }) => ({ [by]: name, ...toJson(sums) })),
      total: toJson(addUp(rows.map(({ sums }) => sums))),
    });
  });
}

function readBy(text: string): LedgerBy {
  const by = LEDGER_BY.find((by) => by === text);
  if (by) return by;
  throw new ApiError(
    "invalid_request_error",
    `by: expected one of ${LEDGER_BY.join(", ")}, got "${text.slice(0, 50)}"`,
  );
}

function toJson(sums: Sums): Record<string, number> {
  return {
    requests: sums.requests,
    failed_requests: sums.failed,
    free_requests: sums.free,
    estimated_requests: sums.estimated,
    unpriced_requests: sums.unpriced,
    input_tokens: sums.inputTokens,
    cache_read_input_tokens: sums.cacheReadTokens,
    cache_creation_input_tokens: sums.cacheWriteTokens,
    output_tokens: sums.outputTokens,
    cost_usd: toUsd(sums.paidNanoUsd),
    estimated_cost_usd: toUsd(sums.estimatedNanoUsd),
    claude_cost_usd: toUsd(sums.listNanoUsd),
    saved_usd: toUsd(sums.savedNanoUsd),
  };
}
