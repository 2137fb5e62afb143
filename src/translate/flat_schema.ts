import { isObject } from "./arguments.ts";

/** What OpenAI refuses at the top level of a function's schema. */
const REFUSED = ["oneOf", "anyOf", "allOf", "enum", "not"];

/**
 * Merges alternatives at the top level of a schema into one object with all
 * their properties; only what every alternative requires stays required. Nested
 * alternatives are left unchanged.
 *
 * @see {@link
 * https://platform.openai.com/docs/guides/structured-outputs#root-objects-must-not-be-anyof-and-must-be-an-object}
 */
export function toFlat(
  schema: Record<string, unknown>,
): Record<string, unknown> {
  if (!REFUSED.some((keyword) => schema[keyword] !== undefined)) return schema;
  const rest = Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => !REFUSED.includes(keyword)),
  );
  const all = branches(schema.allOf);
  const either = [branches(schema.anyOf), branches(schema.oneOf)]
    .filter((choices) => choices.length > 0);
  const properties = [...all, ...either.flat()]
    .map((branch) => isObject(branch.properties) ? branch.properties : {});
  const required = [
    ...names(schema),
    ...all.flatMap(names),
    ...either.flatMap((choices) =>
      choices.map(names).reduce((shared, own) =>
        shared.filter((name) => own.includes(name))
      )
    ),
  ];
  return {
    ...rest,
    properties: Object.assign({}, ...properties, rest.properties),
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
  };
}

function branches(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function names({ required }: Record<string, unknown>): unknown[] {
  return Array.isArray(required) ? required : [];
}
