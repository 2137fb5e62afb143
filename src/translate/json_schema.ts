import { isObject } from "./arguments.ts";

/**
 * Whether a schema is closed: every object in it forbids further properties and
 * requires all its own. OpenAI takes no other in strict mode.
 *
 * @see {@link https://platform.openai.com/docs/guides/structured-outputs#supported-schemas}
 */
export function isClosed(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isClosed);
  if (!isObject(schema)) return true;
  const types: unknown[] = [schema.type].flat();
  if (types.includes("object") || schema.properties !== undefined) {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = new Set(
      Array.isArray(schema.required) ? schema.required : [],
    );
    if (schema.additionalProperties !== false) return false;
    if (!Object.keys(properties).every((key) => required.has(key))) {
      return false;
    }
  }
  return Object.values(schema).every(isClosed);
}
