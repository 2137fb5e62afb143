/**
 * The state of all cases as a page of Markdown. Pure.
 *
 * @module
 */
import type { Case } from "./case.ts";
import { CASES, GROUPS } from "./cases.ts";
import { PLACES } from "./places.ts";

/** Location of the page. */
export const TABLE_URL = new URL("../conformance.md", import.meta.url);

/** Result of a case: by dialect, kept or the reason why it was not. */
export interface Outcome {
  case: Case;
  /** By name of the dialect; `null` is kept. */
  failures: ReadonlyMap<string, string | null>;
}

/** Whether a case is kept wherever it applies. */
export function isKept({ failures }: Outcome): boolean {
  return [...failures.values()].every((failure) => failure === null);
}

/** Writes the page. The same outcomes give the same page. */
export function toPage(outcomes: readonly Outcome[]): string {
  const kept = outcomes.filter(isKept).length;
  return [
    "# Conformance",
    `What CCProxy promises, by number, and whether it is kept: ${kept} of ${CASES.length} are. Every case is run through the HTTP port, against a scripted upstream that speaks the dialect of its column; \`responses\` is OpenAI by its Responses API, all others are asked by Chat Completions. Written by \`deno task conformance\`; the cases themselves are in \`tests/conformance/cases/\`.`,
    "✓ kept, ✗ not kept. A blank under a dialect: the case does not concern it, or dialects make no difference to it. Upstreams that speak the Messages API themselves are not translated for; C10 is about them.",
    ...GROUPS.flatMap(([letter, title]) => [
      `## ${title}`,
      toTable(outcomes.filter((one) => one.case.id.startsWith(letter))),
    ]),
    "## Answered differently by design",
    toList(({ byDesign }) => byDesign),
    "## Shown elsewhere, too",
    toList(({ shownBy }) => shownBy),
    ...toFailures(outcomes),
  ].join("\n\n") + "\n";
}

function toTable(outcomes: readonly Outcome[]): string {
  const names = PLACES.map(({ name }) => name);
  const rows = outcomes.map((outcome) => {
    const { case: { id, title, at }, failures } = outcome;
    const cells = names.map((name) => {
      const failure = failures.get(name);
      return at === "once" || failure === undefined ? "" : toMark(!failure);
    });
    return [id, title, toMark(isKept(outcome)), ...cells];
  });
  const head = ["#", "promise", "kept", ...names];
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function toMark(isKept: boolean): string {
  return isKept ? "✓" : "✗";
}

function toList(note: (one: Case) => string | undefined): string {
  return CASES.flatMap((one) => {
    const text = note(one);
    return text ? [`- **${one.id}** ${one.title}: ${text}.`] : [];
  }).join("\n");
}

function toFailures(outcomes: readonly Outcome[]): string[] {
  const lines = outcomes.flatMap(({ case: { id }, failures }) =>
    [...failures].flatMap(([name, failure]) =>
      failure === null ? [] : [`- **${id}** at ${name}: \`${failure}\``]
    )
  );
  return lines.length > 0 ? ["## Not kept", lines.join("\n")] : [];
}
