import { strictEqual as equal } from "node:assert";
import { isAllowed } from "./domain_rules.ts";

Deno.test("isAllowed() takes domains with their subdomains, and beginnings of paths", () => {
  const rows: [string, string, boolean][] = [
    ["https://example.com/", "example.com", true],
    ["https://docs.example.com/a", "example.com", true],
    ["https://docs.example.com/a", "https://Example.com/", true],
    ["https://notexample.com/", "example.com", false],
    ["https://example.com.evil.org/", "example.com", false],
    ["https://example.com/docs", "example.com/docs/", true],
    ["https://example.com/docs/a", "example.com/docs", true],
    ["https://example.com/docsets", "example.com/docs", false],
  ];
  for (const [url, rule, matches] of rows) {
    const as = (rules: object) =>
      isAllowed(url, { allowed: [], blocked: [], ...rules });
    equal(as({ allowed: [rule] }), matches, `${url} allowed by ${rule}`);
    equal(as({ blocked: [rule] }), !matches, `${url} blocked by ${rule}`);
  }
});

Deno.test("isAllowed() takes pages of the web alone", () => {
  const all = { allowed: [], blocked: [] };
  for (const url of ["javascript:alert(1)", "file:///etc/passwd", "", "x"]) {
    equal(isAllowed(url, all), false);
  }
});
