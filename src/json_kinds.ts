/**
 * Kinds of JSON values, for checks that are cheaper than a schema. Pure.
 *
 * @module
 */

/** Whether it is an object, neither `null` nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether it is a string, or absent, as nullish fields of schemas may be. */
export function isText(value: unknown): boolean {
  return typeof value === "string" || isNothing(value);
}

/** Whether it is absent: `null` or `undefined`. */
export function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}
