/**
 * Reads a chat request as strictly as OpenAI does, and refuses it in OpenAI's
 * words: what passes here passes there. Pure.
 *
 * @module
 */
import type { z } from "zod";
import type { ChatRequest } from "../openai/chat.ts";
import { BadRequest } from "./bad_request.ts";
import { checkRules } from "./rules.ts";
import { RequestShape } from "./shape.ts";

type Issue = z.core.$ZodIssue;

/**
 * Parses the body of a chat request.
 *
 * @returns The very value the JSON text holds: nothing is added, dropped or
 * moved.
 * @throws {BadRequest} if OpenAI would refuse it.
 */
export function parseChatRequest(bodyText: string): ChatRequest {
  const body = parseJson(bodyText);
  assertShape(body);
  checkRules(body);
  return body;
}

function parseJson(text: string): unknown {
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

function assertShape(body: unknown): asserts body is ChatRequest {
  const { error } = RequestShape.safeParse(body, { reportInput: true });
  const issue = error?.issues[0];
  if (issue !== undefined) throw toBadRequest(deepest(issue));
}

/** Of a union's issues the one that got furthest: the branch that was meant. */
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
  const param = issue.path.map((key, index) =>
    typeof key === "number" ? `[${key}]` : `${index ? "." : ""}${String(key)}`
  ).join("");
  if (issue.input === undefined) {
    const text = `Missing required parameter: '${param}'.`;
    return new BadRequest(text, { param, code: "missing_required_parameter" });
  }
  const { text, code } = describe(issue);
  return new BadRequest(`Invalid '${param}': ${text}`, { param, code });
}

function describe(issue: Issue): { text: string; code: string } {
  switch (issue.code) {
    case "too_small":
      if (issue.origin !== "array") break;
      return {
        code: "empty_array",
        text: "empty array. Expected an array with minimum length " +
          `${issue.minimum}, but got an empty array instead.`,
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
