/**
 * OpenRouter's `reasoning_details`: the maker's own pieces of reasoning, which
 * must be returned complete, unmodified and in order.
 *
 * @see {@link
 * https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks}
 * @module
 */
import { isObject } from "./arguments.ts";

/** Fields that arrive in fragments. */
const GROWING = ["text", "summary", "data"] as const;

/**
 * Joins streamed fragments: those of one index, id and type are one piece,
 * whose text is concatenated; its other fields are the last ones given.
 */
export function joinDetails(fragments: readonly unknown[]): unknown[] {
  const joined: unknown[] = [];
  const places = new Map<string, number>();
  for (const fragment of fragments) {
    const key = isObject(fragment) ? `${fragment.index} ${fragment.type}` : "";
    const at = places.get(key) ?? -1;
    const piece = joined[at];
    const isLast = at === joined.length - 1;
    if (
      isObject(fragment) && isObject(piece) && isOne(piece, fragment, isLast)
    ) {
      joined[at] = grown(piece, fragment);
    } else {
      places.set(key, joined.length);
      joined.push(fragment);
    }
  }
  return joined;
}

/** The text of details, for servers that send it nowhere else. */
export function textOf(details: readonly unknown[]): string {
  return details.filter(isObject).map(({ text, summary }) => {
    if (typeof text === "string") return text;
    return typeof summary === "string" ? summary : "";
  }).join("");
}

/** Replaces the call ids in details. */
export function relink(
  details: readonly unknown[],
  ids: Readonly<Record<string, string>> = {},
): unknown[] {
  return details.map((detail) => {
    if (!isObject(detail) || typeof detail.id !== "string") return detail;
    const id = Object.hasOwn(ids, detail.id) ? ids[detail.id] : undefined;
    return id === undefined ? detail : { ...detail, id };
  });
}

type Piece = Record<string, unknown>;

/** Without an index, only text can continue: two encrypted values stay two. */
function isOne(piece: Piece, fragment: Piece, isLast: boolean): boolean {
  const ids = [piece.id, fragment.id].filter((id) => typeof id === "string");
  if (ids.length === 2 && ids[0] !== ids[1]) return false;
  const hasCipher = piece.data !== undefined || fragment.data !== undefined;
  return typeof fragment.index === "number" || (isLast && !hasCipher);
}

function grown(piece: Piece, fragment: Piece): Piece {
  const result = { ...piece };
  for (const [name, value] of Object.entries(fragment)) {
    const before = piece[name];
    const isGrowing = GROWING.some((growing) => growing === name) &&
      typeof before === "string" && typeof value === "string";
    if (isGrowing) result[name] = before + value;
    else if (value !== null || before === undefined) result[name] = value;
  }
  return result;
}
