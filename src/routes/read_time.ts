import { ApiError } from "../anthropic/errors.ts";

const UNIT_MS: Record<string, number> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The latest time a Date can hold. */
const MAX_MS = 8.64e15;

/**
 * Reads a time: an ISO date, epoch milliseconds, or an age such as `30m`, `24h`
 * or `7d`.
 *
 * @param options.name The query parameter's name.
 * @param options.nowMs Epoch milliseconds.
 * @returns Epoch milliseconds.
 * @throws {ApiError} `invalid_request_error`.
 */
export function readTime(
  text: string,
  { name, nowMs }: { name: string; nowMs: number },
): number {
  const [, amount, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = amount !== undefined
    ? Math.max(0, nowMs - Number(amount) * (UNIT_MS[unit] ?? 0))
    : /^\d+$/.test(text)
    ? Number(text)
    : Date.parse(text);
  if (time >= 0 && time <= MAX_MS) return time;
  throw new ApiError(
    "invalid_request_error",
    `${name}: expected a date like 2026-11-22T08:00:00Z, or 24h or 7d for so long ago, got "${
      text.slice(0, 50)
    }"`,
  );
}
