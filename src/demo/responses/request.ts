/**
 * Parses a Responses request as strictly as OpenAI does, and refuses it in
 * OpenAI's wording: what is accepted here is accepted there. Pure.
 *
 * @module
 */
import type { z } from "zod";
import { BadRequest } from "../bad_request.ts";
import { assertShape, parseBody } from "../body.ts";
import { type InputItem, ITEMS, MESSAGES } from "./item_shapes.ts";
import { checkItems, notFound } from "./item_rules.ts";
import { checkParameters } from "./parameter_rules.ts";
import { RequestShape } from "./shape.ts";

/** A Responses request that OpenAI accepts. */
export interface ResponsesRequest
  extends Omit<z.infer<typeof RequestShape>, "input"> {
  input: string | InputItem[];
}

/**
 * Parses the body of a Responses request.
 *
 * @returns Exactly the value of the JSON text.
 * @throws {BadRequest} if OpenAI would refuse it.
 */
export function parseResponsesRequest(bodyText: string): ResponsesRequest {
  const body = parseBody(bodyText);
  assertRequest(body);
  checkParameters(body);
  if (typeof body.input !== "string") checkItems(body.input);
  return body;
}

function assertRequest(body: unknown): asserts body is ResponsesRequest {
  assertShape(RequestShape, body);
  const { input } = body;
  if (typeof input === "string") return;
  if (input.length === 0) {
    throw new BadRequest(
      "One of 'input' or 'previous_response_id' or 'prompt' or " +
        "'conversation_id' must be provided.",
      { param: "input", code: "missing_required_parameter" },
    );
  }
  input.forEach(assertItem);
}

function assertItem(item: Record<string, unknown>, index: number): void {
  const at = ["input", index];
  const type = item.type ?? ("role" in item ? "message" : "item_reference");
  if (type === "item_reference") throw notFound(String(item.id));
  if (type === "message") {
    const isModels = item.role === "assistant";
    checkPartTypes(item.content, { isModels, at: `input[${index}]` });
    const shape = isModels ? MESSAGES.output : MESSAGES.input;
    assertShape<unknown>(shape, item, at);
  } else if (isItemType(type)) {
    assertShape<unknown>(ITEMS[type], item, at);
  } else throw notSupported(type, KNOWN_TYPES, `input[${index}]`);
}

const KNOWN_TYPES = ["message", ...Object.keys(ITEMS)];

function isItemType(type: unknown): type is keyof typeof ITEMS {
  return typeof type === "string" && Object.hasOwn(ITEMS, type);
}

const INPUT_PARTS = ["input_text", "input_image", "input_file"];
const OUTPUT_PARTS = ["output_text", "refusal"];

/** OpenAI checks the types of parts first, by role. */
function checkPartTypes(
  content: unknown,
  { isModels, at }: { isModels: boolean; at: string },
): void {
  if (!Array.isArray(content)) return;
  const known = isModels ? OUTPUT_PARTS : INPUT_PARTS;
  content.forEach((part, index) => {
    const { type } = Object(part);
    if (known.includes(type)) return;
    throw notSupported(type, known, `${at}.content[${index}]`);
  });
}

function notSupported(
  value: unknown,
  supported: readonly string[],
  param: string,
): BadRequest {
  const list = supported.map((each) => `'${each}'`);
  const values = `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
  return new BadRequest(
    `Invalid value: '${value}'. Supported values are: ${values}.`,
    { param, code: "invalid_value" },
  );
}
