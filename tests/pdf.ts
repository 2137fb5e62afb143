/** A PDF with a line of text on each page; empty lines make empty pages. */
export function makePdf(...lines: string[]): Uint8Array<ArrayBuffer> {
  const pages = lines.map((line, i) => [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${
      5 + 2 * i
    } 0 R /Resources << /Font << /F 3 0 R >> >> >>`,
    stream(line === "" ? "" : `BT /F 12 Tf 72 720 Td (${line}) Tj ET`),
  ]);
  const kids = pages.map((_, i) => `${4 + 2 * i} 0 R`).join(" ");
  return assemble([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...pages.flat(),
  ]);
}

/** A document block as Claude Code sends it for a PDF. */
export function pdfBlock(
  bytes: Uint8Array,
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  const data = bytes.toBase64();
  const source = { type: "base64", media_type: "application/pdf", data };
  return { type: "document", source, ...rest };
}

function stream(content: string): string {
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

/** Numbers the objects from 1 and writes the table of where they are. */
function assemble(objects: readonly string[]): Uint8Array<ArrayBuffer> {
  let text = "%PDF-1.4\n";
  const offsets: number[] = [];
  for (const [i, object] of objects.entries()) {
    offsets.push(text.length);
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
  }
  const rows = offsets
    .map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join("")}`;
  const trailer = `trailer << /Size ${size} /Root 1 0 R >>`;
  return new TextEncoder().encode(
    `${text}${table}${trailer}\nstartxref\n${text.length}\n%%EOF`,
  );
}
