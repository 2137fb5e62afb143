/**
 * How the program ends before its time.
 *
 * @module
 */
import { refusalText } from "../cli/refusal.ts";
import { complain } from "./terminal.ts";

/** Exit codes of sysexits.h: wrong usage, no such service, wrong settings. */
export const EX_USAGE = 64, EX_UNAVAILABLE = 69, EX_CONFIG = 78;

/** The same: a file that is missing, or is not what it should be. */
export const EX_DATAERR = 65;

/** Ends the program, with what is wrong with its settings. */
export function refuse(problems: readonly string[]): never {
  complain(refusalText(problems));
  return Deno.exit(EX_CONFIG);
}
