/** More changes than this are no typing error. */
const MAX_CHANGES = 2;

/** Which of `names` was probably meant by a mistyped one; `null`: unknown. */
export function nearest(
  word: string,
  names: readonly string[],
): string | null {
  const ranked = names
    .map((name) => ({ name, changes: countChanges(word, name) }))
    .filter(({ name, changes }) =>
      changes <= Math.min(MAX_CHANGES, name.length - 1)
    )
    .toSorted((a, b) => a.changes - b.changes);
  return ranked[0]?.name ?? null;
}

/**
 * Letters to insert, remove, replace or swap to turn one word into the other.
 */
function countChanges(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next.push(Math.min(
        at(next, j - 1) + 1,
        at(row, j) + 1,
        at(row, j - 1) + (isSame ? 0 : 1),
        isSwapped ? at(before, j - 2) + 1 : Infinity,
      ));
    }
    before = row;
    row = next;
  }
  return at(row, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
