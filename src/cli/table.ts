/**
 * Aligns columns of text, two spaces apart, with a rule below the heads.
 *
 * @param rows As many cells as there are heads.
 */
export function toTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(heads), rule, ...rows.map(line)].join("\n") + "\n";
}
