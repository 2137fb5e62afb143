/**
 * Values that match a JSON Schema, as an obedient model would write them. Pure.
 *
 * @see {@link https://json-schema.org/draft/2020-12/json-schema-validation}
 * @module
 */
import { toTitle } from "./phrases.ts";
import { numberIn, sampleNumber } from "./sample_number.ts";

type Schema = Record<string, unknown>;

/** A deeper schema refers to itself endlessly. */
const MAX_DEPTH = 24;

/** Strings for required formats; each is valid under RFC 3339 or the like. */
const FORMATS: Record<string, string> = {
  "date-time": "2026-01-01T00:00:00Z",
  date: "2026-01-01",
  time: "00:00:00Z",
  email: "demo@example.com",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Generates a value for a schema: required properties only (all, if none are
 * required), the first of alternatives, one item per array. Strings are a title
 * made from `topic`. `pattern` and `uniqueItems` are ignored.
 *
 * @param schema May refer to its own parts by `#/…`.
 */
export function sampleValue(schema: unknown, topic: string): unknown {
  return sample(schema, { root: schema, title: toTitle(topic), depth: 0 });
}

interface Context {
  root: unknown;
  title: string;
  depth: number;
}

function sample(schema: unknown, outer: Context): unknown {
  const context = { ...outer, depth: outer.depth + 1 };
  if (!isRecord(schema) || context.depth > MAX_DEPTH) return null;
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (typeof schema.$ref === "string") {
    return sample(resolve(schema.$ref, context.root), context);
  }
  if (Array.isArray(schema.allOf)) {
    return sampleAll(schema, schema.allOf, context);
  }
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) {
    return sample(options.find((each) => !isNull(each)) ?? null, context);
  }
  switch (typeOf(schema)) {
    case "object":
      return sampleObject(schema, context);
    case "array":
      return sampleArray(schema, context);
    case "integer":
    case "number":
      return sampleNumber(schema);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleString(schema, context);
  }
}

function typeOf(schema: Schema): unknown {
  const types = [schema.type].flat();
  const type = types.find((each) => each !== "null") ?? types[0];
  if (type !== undefined) return type;
  if (isRecord(schema.properties)) return "object";
  return schema.items === undefined ? "string" : "array";
}

function isNull(schema: unknown): boolean {
  return isRecord(schema) && schema.type === "null";
}

function sampleAll(
  schema: Schema,
  parts: unknown[],
  context: Context,
): unknown {
  const { allOf: _, ...own } = schema;
  const values = [...parts, ...("properties" in own ? [own] : [])]
    .map((part) => sample(part, context));
  return values.every(isRecord) ? Object.assign({}, ...values) : values[0];
}

function sampleObject(schema: Schema, context: Context): Schema {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const names = Array.isArray(schema.required)
    ? schema.required.map(String)
    : Object.keys(properties);
  return Object.fromEntries(
    names.map((name) => [name, sample(properties[name] ?? {}, context)]),
  );
}

function sampleArray(schema: Schema, context: Context): unknown[] {
  if (Array.isArray(schema.prefixItems)) {
    return schema.prefixItems.map((item) => sample(item, context));
  }
  const length = Math.min(
    Math.max(
      numberIn(schema, "minItems") ?? 1,
      schema.items === undefined ? 0 : 1,
    ),
    numberIn(schema, "maxItems") ?? Infinity,
  );
  return Array.from({ length }, () => sample(schema.items ?? {}, context));
}

function sampleString(schema: Schema, context: Context): string {
  const format = FORMATS[String(schema.format)];
  if (format !== undefined) return format;
  return context.title
    .padEnd(numberIn(schema, "minLength") ?? 0, ".")
    .slice(0, numberIn(schema, "maxLength"));
}

/** Follows a JSON Pointer within the schema. */
function resolve(reference: string, root: unknown): unknown {
  const keys = reference.split("/").slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.reduce<unknown>(
    (value, key) => isRecord(value) ? value[key] : undefined,
    root,
  );
}
