/**
 * Early exits of the program.
 *
 * @module
 */
import { refusalText } from "../cli/refusal.ts";
import { complain } from "./terminal.ts";

/** Exit codes of sysexits.h: wrong usage, unavailable, wrong settings. */
export const EX_USAGE = 64, EX_UNAVAILABLE = 69, EX_CONFIG = 78;

/** Likewise: a file is missing or malformed. */
export const EX_DATAERR = 65;

/** Exits, listing what is wrong with the settings. */
export function refuse(problems: readonly string[]): never {
  complain(refusalText(problems));
  return Deno.exit(EX_CONFIG);
}
