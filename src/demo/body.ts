/**
 * Validates a request's body against a schema, and reports errors in OpenAI's
 * wording. Pure.
 *
 * @module
 */
import type { z } from "zod";
import { BadRequest } from "./bad_request.ts";

type Issue = z.core.$ZodIssue;

/**
 * Parses the text of a request's body.
 *
 * @throws {BadRequest} if it is not JSON.
 */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(
      "We could not parse the JSON body of your request. (HINT: This likely " +
        "means you aren't using your HTTP library correctly. The OpenAI API " +
        "expects a JSON payload, but what was sent was not valid JSON.)",
    );
  }
}

/**
 * Validates a value, which is not changed.
 *
 * @param at Path of the value in the body.
 * @throws {BadRequest} naming the first field that is wrong.
 */
export function assertShape<T>(
  shape: z.ZodType<T>,
  value: unknown,
  at: readonly PropertyKey[] = [],
): asserts value is T {
  const { error } = shape.safeParse(value, { reportInput: true });
  const issue = error?.issues[0];
  if (issue === undefined) return;
  const { path, ...rest } = deepest(issue);
  throw toBadRequest({ ...rest, path: [...at, ...path] });
}

/** The issue of a union that got furthest: that branch was meant. */
function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().map((child) =>
    deepest({ ...child, path: [...issue.path, ...child.path] })
  );
  return inner.reduce(
    (best, child) => child.path.length > best.path.length ? child : best,
    issue,
  );
}

function toBadRequest(issue: Issue): BadRequest {
  if (issue.code === "unrecognized_keys") {
    const param = toParam([...issue.path, issue.keys[0] ?? ""]);
    const text = `Unknown parameter: '${param}'.`;
    return new BadRequest(text, { param, code: "unknown_parameter" });
  }
  const param = toParam(issue.path);
  if (issue.input === undefined) {
    const text = `Missing required parameter: '${param}'.`;
    return new BadRequest(text, { param, code: "missing_required_parameter" });
  }
  const { text, code } = describe(issue);
  return new BadRequest(`Invalid '${param}': ${text}`, { param, code });
}

/** A path as OpenAI writes it: `input[0].content`. */
function toParam(path: readonly PropertyKey[]): string {
  return path.map((key, index) =>
    typeof key === "number" ? `[${key}]` : `${index ? "." : ""}${String(key)}`
  ).join("");
}

function describe(issue: Issue): { text: string; code: string } {
  switch (issue.code) {
    case "too_small":
      if (issue.origin === "array") {
        return {
          code: "empty_array",
          text: "empty array. Expected an array with minimum length " +
            `${issue.minimum}, but got an empty array instead.`,
        };
      }
      if (issue.origin !== "int" && issue.origin !== "number") break;
      return {
        code: "integer_below_min_value",
        text: "integer below minimum value. Expected a value >= " +
          `${issue.minimum}, but got ${issue.input} instead.`,
      };
    case "too_big":
      return {
        code: `${issue.origin}_above_max_length`,
        text: `${issue.origin} too long. Expected ${article(issue.origin)} ` +
          `with maximum length ${issue.maximum}.`,
      };
    case "invalid_format":
      return {
        code: "invalid_value",
        text: "string does not match pattern. Expected a string that " +
          `matches the pattern '${issue.pattern}'.`,
      };
    case "invalid_type":
      return { code: "invalid_type", text: `${issue.message}.` };
  }
  return { code: "invalid_value", text: `${issue.message}.` };
}

function article(origin: string): string {
  return origin === "array" ? "an array" : `a ${origin}`;
}
