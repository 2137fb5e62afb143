import { notStrictEqual as notEqual, strictEqual as equal } from "node:assert";
import { inspect } from "node:util";
import fc from "fast-check";
import { createRedactor, redact, Secret } from "./secret.ts";

Deno.test("Secret gives its value away on demand alone", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const value = `KEY${text}`;
    const secret = new Secret(value);
    equal(secret.reveal(), value);
    for (
      const shown of [
        String(secret),
        `${secret}`,
        "" + secret,
        JSON.stringify({ secret, list: [secret] }),
        Deno.inspect(secret),
        Deno.inspect({ secret }, { showHidden: true }),
        inspect({ secret }),
        JSON.stringify(Object.entries(secret)),
        String(new Error(`bad ${secret}`)),
      ]
    ) {
      equal(shown.includes(value), false, shown);
    }
  }));
});

Deno.test("redact() blots out keys of every maker", () => {
  for (
    const key of [
      "sk-abcdefghijklmnop",
      "sk-proj-Ab12_cd34-ef56",
      "sk-or-v1-0123456789abcdef",
      "sk-ant-api03-xyz_123",
      "sk-abc*******xyz",
      "xai-0123456789abcdef",
      "gsk_0123456789abcdef",
      "AIzaSyA0123456789abcdef",
    ]
  ) {
    const told = redact(`Incorrect API key provided: ${key}. See https://a.b`);
    equal(told, "Incorrect API key provided: ***. See https://a.b");
  }
});

Deno.test("redact() blots out credentials in URLs", () => {
  equal(
    redact("error sending request for url (https://me:pass@host/v1)"),
    "error sending request for url (https://***@host/v1)",
  );
  equal(redact("https://token@host"), "https://***@host");
});

Deno.test("redact() blots out keys in the query of a URL", () => {
  equal(
    redact("GET https://a.b/v1?api-version=1&api_key=abc&x=1 and ?Token=def#a"),
    "GET https://a.b/v1?api-version=1&api_key=***&x=1 and ?Token=***#a",
  );
});

Deno.test("createRedactor() blots out secrets however they are written", () => {
  const key = fc.string({ unit: "binary-ascii", minLength: 8 });
  fc.assert(fc.property(key, fc.string(), (value, around) => {
    const clean = createRedactor([new Secret(value)]);
    const inJson = JSON.stringify(value).slice(1, -1);
    for (const form of [value, inJson, encodeURIComponent(value)]) {
      const told = clean(`${around}${form}${around}`);
      equal(told.includes(form) && !"***".includes(form), false, told);
    }
  }));
});

Deno.test("createRedactor() blots out a secret that begins another, and no short word", () => {
  const secrets = ["12345678", "1234567890", "model"].map((it) =>
    new Secret(it)
  );
  equal(
    createRedactor(secrets)("model 1234567890, 12345678"),
    "model ***, ***",
  );
});

Deno.test("redact() leaves other text alone", () => {
  for (
    const text of [
      "",
      "rate limit reached for gpt-5",
      "https://host/a@b",
      "https://host/?keys=1&monkey",
      "mail me@example.com",
      "task-manager risk-free",
      "skipping the sketchbook of skilled skaters",
    ]
  ) {
    equal(redact(text), text);
  }
  notEqual(redact("sk-0123456789"), "sk-0123456789");
});
