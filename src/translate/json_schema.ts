import type { Capabilities } from "../openai/capabilities.ts";
import { isObject } from "./arguments.ts";
import { toFlat } from "./flat_schema.ts";
import { toSubset } from "./schema_subset.ts";

/** A schema in the keywords an upstream supports. */
export function toKnownSchema(
  schema: Record<string, unknown>,
  { schemas }: Pick<Capabilities, "schemas">,
): Record<string, unknown> {
  switch (schemas) {
    case "full":
      return schema;
    case "flat":
      return toFlat(schema);
    case "subset":
      return toSubset(schema);
  }
}

/**
 * Whether a schema is closed: it defines every value, and every object in it
 * forbids additional properties and requires all its own. OpenAI accepts no
 * other in strict mode.
 *
 * @see {@link
 * https://platform.openai.com/docs/guides/structured-outputs#supported-schemas}
 */
export function isClosed(schema: unknown): boolean {
  if (!isObject(schema) || !saysWhat(schema)) return false;
  return (!isOpenObject(schema)) && subschemas(schema).every(isClosed);
}

/** Whether it restricts anything: `{}` allows any value. */
function saysWhat(schema: Record<string, unknown>): boolean {
  return ["type", "$ref", "enum", "const", "anyOf", "allOf", "oneOf"]
    .some((keyword) => schema[keyword] !== undefined);
}

function isOpenObject(schema: Record<string, unknown>): boolean {
  const { type, properties, required, additionalProperties } = schema;
  const types: unknown[] = [type].flat();
  if (!types.includes("object") && properties === undefined) return false;
  const names = isObject(properties) ? Object.keys(properties) : [];
  const needed = new Set(Array.isArray(required) ? required : []);
  return additionalProperties !== false ||
    !names.every((name) => needed.has(name));
}

function subschemas(schema: Record<string, unknown>): unknown[] {
  const maps = [schema.properties, schema.$defs, schema.definitions];
  const lists = [schema.anyOf, schema.allOf, schema.oneOf, schema.items];
  return [
    ...maps.flatMap((map) => isObject(map) ? Object.values(map) : []),
    ...lists.flat().filter((item) => item !== undefined),
  ];
}
