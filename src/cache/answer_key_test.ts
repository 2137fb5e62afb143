import { notStrictEqual as differ, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { answerKey, type Question } from "./answer_key.ts";

const question = (body: Record<string, unknown>): Question => ({
  api: "chat",
  url: "http://localhost/v1",
  headers: {},
  body,
});

const keyOf = (body: Record<string, unknown>) =>
  answerKey(question(body), null);

/** Bodies without irrelevant fields. */
const body = fc.dictionary(
  fc.string().map((name) => `x${name}`),
  fc.jsonValue({ maxDepth: 3 }),
).map((fields) => JSON.parse(JSON.stringify(fields)));

Deno.test("answerKey() is the same for every order of fields", () => {
  fc.assert(fc.property(body, fc.nat(), (fields, seed) => {
    const other = keyOf(shuffled(fields, seed));
    equal(keyOf(fields), other);
  }));
});

Deno.test("answerKey() differs for every other body", () => {
  fc.assert(fc.property(body, body, (a, b) => {
    const areSame = canonical(a) === canonical(b);
    equal(keyOf(a) === keyOf(b), areSame);
  }));
});

Deno.test("answerKey() differs where anything in a body is changed, added or left out", () => {
  fc.assert(fc.property(body, fc.nat(), (fields, at) => {
    const key = keyOf(fields);
    differ(key, keyOf({ ...fields, added: null }));
    const names = Object.keys(fields);
    const name = names[at % names.length];
    if (name === undefined) return;
    const { [name]: value, ...rest } = fields;
    differ(key, keyOf(rest));
    differ(key, keyOf({ ...rest, [name]: [value] }));
  }));
});

Deno.test("answerKey() tells apart upstreams, tenants, headers and the order of lists", () => {
  const a = question({ messages: [1, 2] });
  const questions: Question[] = [
    a,
    { ...a, url: `${a.url}/other` },
    { ...a, api: "anthropic" },
    { ...a, headers: { "anthropic-beta": "x" } },
    question({ messages: [2, 1] }),
  ];
  const keys = new Set([
    ...questions.map((question) => answerKey(question, null)),
    answerKey(a, "t"),
  ]);
  equal(keys.size, 6);
});

Deno.test("answerKey() knows nothing of streaming and of who asks", () => {
  const plain = keyOf({ model: "m" });
  const dressed = keyOf({
    model: "m",
    stream: true,
    stream_options: { include_usage: true },
    prompt_cache_key: "k",
    safety_identifier: "s",
    user: "u",
    metadata: { user_id: "u" },
  });
  equal(dressed, plain);
  // … except nested fields of that name.
  const inner = (user: string) => keyOf({ tools: [{ user }] });
  differ(inner("a"), inner("b"));
});

Deno.test("answerKey() takes no field for what an object inherits", () => {
  const [a, b, c] = ["{}", '{"__proto__":{"b":1}}', '{"__proto__":{"b":2}}']
    .map((input) => keyOf({ input: JSON.parse(input) }));
  differ(a, b);
  differ(b, c);
});

/** The same value with the fields of its objects in another order. */
function shuffled(value: unknown, seed: number): Record<string, unknown> {
  const shuffle = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(shuffle);
    const entries = Object.entries(value);
    const at = seed % Math.max(1, entries.length);
    const turned = [...entries.slice(at), ...entries.slice(0, at)].reverse();
    return Object.fromEntries(turned.map(([k, v]) => [k, shuffle(v)]));
  };
  return Object(shuffle(value));
}

/** An independent canonical form, to compare with. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const fields = Object.entries(value)
    .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`);
  return `{${fields.sort().join()}}`;
}
