/**
 * Parses a chat request as strictly as OpenAI does, and refuses it in OpenAI's
 * wording: what is accepted here is accepted there. Pure.
 *
 * @module
 */
import type { ChatRequest } from "../openai/chat.ts";
import { assertShape, parseBody } from "./body.ts";
import { checkRules } from "./rules.ts";
import { RequestShape } from "./shape.ts";

/**
 * Parses the body of a chat request.
 *
 * @returns Exactly the value of the JSON text: nothing is added, dropped or
 * moved.
 * @throws {BadRequest} if OpenAI would refuse it.
 */
export function parseChatRequest(bodyText: string): ChatRequest {
  const body = parseBody(bodyText);
  assertChat(body);
  checkRules(body);
  return body;
}

function assertChat(body: unknown): asserts body is ChatRequest {
  assertShape(RequestShape, body);
}
