/**
 * Numbers that match a JSON Schema. Pure.
 *
 * @module
 */

/** A keyword's value, if it is a number. */
export function numberIn(
  schema: Record<string, unknown>,
  keyword: string,
): number | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? value : undefined;
}

/** The simplest number that fits the bounds and the step. */
export function sampleNumber(schema: Record<string, unknown>): number {
  const above = numberIn(schema, "exclusiveMinimum") ?? -Infinity;
  const below = numberIn(schema, "exclusiveMaximum") ?? Infinity;
  const low = Math.max(numberIn(schema, "minimum") ?? -Infinity, above);
  const high = Math.min(numberIn(schema, "maximum") ?? Infinity, below);
  const step = numberIn(schema, "multipleOf") ??
    (schema.type === "integer" ? 1 : 0);
  const first = step > 0 ? Math.ceil(low / step) * step : low;
  const fits = (value: number) =>
    low <= value && value <= high && value !== above && value !== below &&
    (step === 0 || Number.isInteger(value / step));
  const last = step > 0 ? Math.floor(high / step) * step : high;
  const wanted = [1, 0, first, first + step, last, last - step];
  return wanted.find(fits) ?? (low + high) / 2;
}
