/**
 * OpenAI's rules about reasoning that is sent back: it is what was returned,
 * byte for byte, and the item that followed from it comes next. Pure.
 *
 * @module
 */
import { BadRequest } from "../bad_request.ts";
import type { InputItem } from "./item_shapes.ts";
import { notFound } from "./item_rules.ts";
import { unseal } from "./sealed.ts";

type ReasoningItem = Extract<InputItem, { type: "reasoning" }>;

/**
 * Checks the reasoning items of a conversation.
 *
 * @param organization The one whose keys must have encrypted the reasoning.
 * @throws {BadRequest} in OpenAI's wording.
 */
export function checkReasoning(
  items: readonly InputItem[],
  organization: string,
): void {
  for (const [index, item] of items.entries()) {
    if (item.type !== "reasoning") continue;
    const next = checkContent(item, organization);
    const follower = items[index + 1];
    const type = follower && typeOf(follower);
    if (type !== undefined && FOLLOWERS.has(type) && type === next) continue;
    throw new BadRequest(
      `Item '${item.id ?? index}' of type 'reasoning' was provided without ` +
        "its required following item.",
      { param: "input" },
    );
  }
}

/** What may follow from reasoning. */
const FOLLOWERS: ReadonlySet<string> = new Set([
  "reasoning",
  "message",
  "function_call",
  "web_search_call",
]);

/** The type of an item of the model's; other messages have none. */
function typeOf(item: InputItem): string | undefined {
  if (!("role" in item)) return item.type;
  return item.role === "assistant" ? "message" : undefined;
}

/** The type of the item that was returned after this one. */
function checkContent(
  { id, encrypted_content: sealed }: ReasoningItem,
  organization: string,
): string | null {
  if (!sealed) throw notFound(id ?? "rs_");
  const contents = unseal(sealed, organization);
  const reason = contents === null
    ? "Encrypted content could not be decrypted or parsed."
    : "Encrypted content item_id did not match the target item id.";
  if (contents && (!id || contents.id === id)) return contents.next;
  throw new BadRequest(
    `The encrypted content ${sealed.slice(0, 4)}...${sealed.slice(-4)} could ` +
      `not be verified. Reason: ${reason}`,
    { code: "invalid_encrypted_content" },
  );
}
