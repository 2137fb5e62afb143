/**
 * OpenAI's rules about the items of a conversation: every call has its output,
 * every output its call, and reasoning precedes the item that follows from it.
 * Pure.
 *
 * @module
 */
import { BadRequest } from "../bad_request.ts";
import type { InputItem } from "./item_shapes.ts";

/**
 * Checks the order and the ids of items.
 *
 * @throws {BadRequest} in OpenAI's wording, for the first rule broken.
 */
export function checkItems(items: readonly InputItem[]): void {
  checkIds(items);
  checkOutputs(items);
}

function checkIds(items: readonly InputItem[]): void {
  const seen = new Set<string>();
  for (const item of items) {
    const id = "id" in item ? item.id : null;
    if (!id) continue;
    if (seen.has(id)) {
      throw new BadRequest(
        `Duplicate item found with id ${id}. Remove duplicate items from ` +
          "your input and try again.",
        { param: "input" },
      );
    }
    seen.add(id);
  }
}

/** The refusal of a reference to an item: nothing is stored here. */
export function notFound(id: string): BadRequest {
  return new BadRequest(
    `Item with id '${id}' not found. Items are not persisted when \`store\` ` +
      "is set to false. Try again with `store` set to true, or remove this " +
      "item from your input.",
    { param: "input", status: 404 },
  );
}

function checkOutputs(items: readonly InputItem[]): void {
  const calls = new Set<string>();
  const answered = new Set<string>();
  for (const item of items) {
    if (item.type === "function_call") calls.add(item.call_id);
    if (item.type !== "function_call_output") continue;
    if (!calls.has(item.call_id)) {
      throw new BadRequest(
        "No tool call found for function call output with call_id " +
          `${item.call_id}.`,
        { param: "input" },
      );
    }
    answered.add(item.call_id);
  }
  for (const id of calls) {
    if (answered.has(id)) continue;
    const text = `No tool output found for function call ${id}.`;
    throw new BadRequest(text, { param: "input" });
  }
}
