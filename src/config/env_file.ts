import { nearest } from "../nearest.ts";
import { VARIABLES } from "./variables.ts";

/** A line that sets a variable. */
const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/;

/** A quoted value that continues on the next line. */
const OPEN_QUOTE = /^(["'`])(?!.*\1)/;

/**
 * Probable mistakes in `.env`: lines that set nothing, and names that are
 * almost a setting's. Values are not shown; they may be keys.
 *
 * @param isSet Whether a variable is set, here or elsewhere.
 */
export function envFileNotices(
  text: string,
  isSet: (name: string) => boolean,
): string[] {
  const notices: string[] = [];
  let quote: string | undefined;
  for (const [i, line] of text.split("\n").entries()) {
    if (quote !== undefined) {
      if (line.includes(quote)) quote = undefined;
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    const place = `.env, line ${i + 1}`;
    const [, name, value = ""] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) {
      notices.push(`${place}: expected NAME=value; the line has no effect`);
      continue;
    }
    quote = OPEN_QUOTE.exec(value)?.[1];
    const meant = toSetting(name);
    if (meant !== null && meant !== name && !isSet(meant)) {
      notices.push(
        `${place}: ${name} is no setting; did you mean ${meant}?`,
      );
    }
  }
  return notices;
}

const NAMES = Object.keys(VARIABLES);

/** The setting with this name, or the one that was probably meant. */
function toSetting(name: string): string | null {
  return nearest(name.toUpperCase(), NAMES) ??
    NAMES.find((setting) => setting.startsWith(`${name}_`)) ?? null;
}
