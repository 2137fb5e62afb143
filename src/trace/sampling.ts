import type { TraceParent } from "./trace_parent.ts";

/** Samplers by their names in `OTEL_TRACES_SAMPLER`. */
export const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** Which traces are kept. */
export interface Sampling {
  sampler: typeof SAMPLERS[number];
  /** Share of traces that `…traceidratio` keeps, 0–1. */
  ratio: number;
}

/**
 * Whether a trace is kept. `parentbased_…` follows the client's decision, and
 * without a client's span the sampler named after the prefix.
 */
export function isSampled(
  traceId: string,
  { sampler, ratio, parent }: Sampling & { parent: TraceParent | null },
): boolean {
  const [base, root = base] = sampler.split("parentbased_");
  if (base === "" && parent) return parent.isSampled;
  if (root !== "traceidratio") return root === "always_on";
  return randomnessOf(traceId) >= 1 - ratio;
}

/**
 * The last 7 bytes of a trace id as a number from 0 to 1, so that everyone who
 * sees the trace decides alike.
 *
 * @see {@link
 * https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/}
 */
function randomnessOf(traceId: string): number {
  return parseInt(traceId.slice(-14), 16) / 2 ** 56;
}
