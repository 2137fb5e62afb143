/**
 * Finds "run …" and "read …" in an instruction. Pure.
 *
 * @module
 */

/** Something the instruction tells the model to do with a tool. */
export interface Command {
  verb: "run" | "read";
  /** The shell command, or the path of the file. */
  operand: string;
}

/** Longer instructions are prose (a compaction prompt, say), not commands. */
const MAX_INSTRUCTION_LENGTH = 1000;

/** A verb at a possible beginning of a clause, with polite words around it. */
const VERB =
  /(?:^|[.;,:!?\n]|\b(?:and|then|please|now|you|to)\b)\s*(run|execute|read)\b:?\s+(?:the\s+)?(?:(?:shell\s+)?command\s+|file\s+)?/gi;

const QUOTED = /^(?:`([^`]+)`|"([^"]+)"|'([^']+)')/;

/** An unquoted shell command ends with the line or before the next clause. */
const TO_CLAUSE_END =
  /^(.+?)(?=\s*(?:[;\n]|,?\s(?:and|then)\s+(?:then\s+)?(?:run|execute|read)\s|,\s*(?:then|run|execute|read)\s|$))/i;

/** An unquoted path contains a dot or slash, or is at the end of a clause. */
const PATH = /^([^\s,;`"']*[./\\][^\s,;]*|[^\s,;`"']+(?=[,;\n]|\s+and\b|\s*$))/;

/** The commands of an instruction, in order; often none. */
export function parseCommands(instruction: string): Command[] {
  if (instruction.length > MAX_INSTRUCTION_LENGTH) return [];
  const commands: Command[] = [];
  let end = 0;
  for (const match of instruction.matchAll(VERB)) {
    if (match.index < end) continue; // inside the previous operand
    const start = match.index + match[0].length;
    const verb = match[1]?.toLowerCase() === "read" ? "read" : "run";
    const found = parseOperand(verb, instruction.slice(start));
    if (found === undefined) continue;
    end = start + found.length;
    commands.push({ verb, operand: found.operand });
  }
  return commands;
}

function parseOperand(
  verb: Command["verb"],
  text: string,
): { operand: string; length: number } | undefined {
  const quoted = QUOTED.exec(text);
  const match = quoted ?? (verb === "run" ? TO_CLAUSE_END : PATH).exec(text);
  if (match === null) return undefined;
  const operand = match[1] ?? match[2] ?? match[3] ?? "";
  return {
    operand: quoted ? operand : operand.replace(/(?<=\S)[.!?]+$/, ""),
    length: match[0].length,
  };
}
