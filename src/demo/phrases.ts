/**
 * Shortens text to fit into a sentence or a title. Pure.
 *
 * @module
 */

const TITLE_WORDS = 6;

/** One line of at most `length` characters, with an ellipsis if it was cut. */
export function shorten(text: string, length: number): string {
  const line = text.slice(0, 4 * length).replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** The first lines of a text, and how many were left out. */
export function firstLines(text: string, count: number): string {
  const lines = text.trimEnd().split("\n");
  const rest = lines.length - count;
  const kept = lines.slice(0, count).map((line) => line.slice(0, 200));
  return [...kept, ...(rest > 0 ? [`… ${rest} more lines`] : [])].join("\n");
}

/** A title of a few words, without tags, never empty. */
export function toTitle(text: string): string {
  const plain = shorten(text.replace(/<[^<>]*>/g, " "), 60);
  const title = plain.split(" ").slice(0, TITLE_WORDS).join(" ");
  return title === ""
    ? "Untitled"
    : `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}
