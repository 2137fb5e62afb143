/**
 * JSON schemas for upstreams that support only part of the language. Leaving a
 * keyword out only allows more; a call it would have refused is refused by the
 * client's tool.
 *
 * @see {@link
 * https://ai.google.dev/gemini-api/docs/structured-output#json_schema_support}
 * @module
 */
import { isObject } from "./arguments.ts";

type Schema = Record<string, unknown>;

/** Keywords that Gemini, Mistral and Groq share; others may cause a 400. */
const KEPT = new Set([
  "type",
  "title",
  "description",
  "nullable",
  "enum",
  "format",
  "pattern",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "required",
]);

/** Formats of numbers and texts supported everywhere. */
const FORMATS = new Set(["int32", "int64", "float", "double", "date-time"]);
/** Larger bounds mean none, and do not fit in 32 bits (CLIProxyAPI#97). */
const MAX_BOUND = 2 ** 31;

/** Deepest nesting that is kept; recursive schemas end here. */
const MAX_DEPTH = 32;
/** Most entries that inlined references may add. */
const MAX_ADDED = 20_000;

/**
 * Reduces a schema to what all makers support: references are inlined,
 * alternatives become `anyOf`, types are single, unknown keywords are removed
 * (CLIProxyAPI#3512, vibeproxy#338).
 */
export function toSubset(schema: Schema): Schema {
  const definitions = {
    ...asObject(schema.definitions),
    ...asObject(schema.$defs),
  };
  const left = { count: MAX_ADDED };
  return convert(schema, { definitions, depth: 0, isReferred: false, left });
}

interface Context {
  definitions: Schema;
  depth: number;
  /** Inside the target of a reference, which is thus inlined once more. */
  isReferred: boolean;
  /** How many more entries references may add, in total. */
  left: { count: number };
}

function convert(given: unknown, context: Context): Schema {
  const { depth, left } = context;
  if (!isObject(given) || depth > MAX_DEPTH) return {}; // any value
  const isReferred = context.isReferred || given.$ref !== undefined;
  if (isReferred && left.count <= 0) return {};
  const schema = merged(resolved(given, context), context);
  if (isReferred) left.count -= sizeOf(schema);
  const deeper = { ...context, depth: depth + 1, isReferred };
  const result: Schema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (KEPT.has(keyword) && isKnown(keyword, value)) result[keyword] = value;
  }
  const types = [schema.type].flat().filter((type) => type !== undefined);
  const [type] = types.filter((type) => type !== "null");
  if (type !== undefined) result.type = type;
  if (types.includes("null")) result.nullable = true;
  if (typeof schema.const === "string") result.enum = [schema.const];
  if (isObject(schema.properties)) {
    result.properties = mapped(schema.properties, deeper);
    result.required = names(schema.required, schema.properties);
  } else delete result.required;
  if (type === "array") {
    const [items] = [schema.items ?? schema.prefixItems].flat();
    const { type = "string", ...rest } = convert(items, deeper);
    result.items = rest.anyOf ? rest : { type, ...rest };
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) {
    const some = choices.filter((choice) => asObject(choice).type !== "null");
    if (some.length < choices.length) result.nullable = true;
    result.anyOf = some.map((choice) => convert(choice, deeper));
  }
  if (Array.isArray(result.required) && result.required.length === 0) {
    delete result.required;
  }
  return result;
}

/** The schema a `$ref` names, with its sibling keywords. */
function resolved(schema: Schema, { definitions }: Context): Schema {
  let current = schema;
  for (let steps = 0; typeof current.$ref === "string"; steps++) {
    if (steps > MAX_DEPTH) return {};
    const { $ref, ...beside } = current;
    const name = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(String($ref))?.[1];
    const target = name !== undefined && Object.hasOwn(definitions, name)
      ? asObject(definitions[name])
      : {};
    current = { ...target, ...beside };
  }
  return current;
}

/** `allOf` merged into its schema. */
function merged(schema: Schema, context: Context): Schema {
  if (!Array.isArray(schema.allOf)) return schema;
  const { allOf, ...own } = schema;
  const parts = allOf.map((part) => resolved(asObject(part), context));
  const all = [...parts, own];
  const properties = all.map((part) => asObject(part.properties));
  return {
    ...Object.assign({}, ...all),
    ...(all.some((part) => part.properties)
      ? { properties: Object.assign({}, ...properties) }
      : {}),
    required: all.flatMap((part) => list(part.required)),
  };
}

function sizeOf({ properties, required, enum: values, ...rest }: Schema) {
  return Object.keys(asObject(properties)).length +
    Object.keys(rest).length + list(required).length + list(values).length + 1;
}

function isKnown(keyword: string, value: unknown): boolean {
  if (keyword === "format") return FORMATS.has(String(value));
  if (keyword === "enum") {
    return list(value).length > 0 &&
      list(value).every((item) => typeof item === "string" && item !== "");
  }
  return typeof value !== "number" || Math.abs(value) < MAX_BOUND;
}

/** Only existing properties can be required. */
function names(required: unknown, properties: Schema): unknown[] {
  const own = list(required)
    .filter((name) => Object.hasOwn(properties, String(name)));
  return [...new Set(own)];
}

function mapped(schemas: Schema, context: Context): Schema {
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([name, schema]) => [name, convert(schema, context)]),
  );
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function asObject(value: unknown): Schema {
  return isObject(value) ? value : {};
}
