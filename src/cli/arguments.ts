import { parseArgs } from "node:util";
import {
  COMMAND_NAMES,
  type CommandName,
  COMMANDS,
  type CommandSheet,
  isCommandName,
} from "./commands.ts";
import { nearest } from "../nearest.ts";

/** What the command line requests. */
export type Command =
  | { name: "help"; of: CommandName | "config" | null }
  | { name: "version" }
  /** `of`: the command it was made with, if known. */
  | { name: "mistake"; message: string; of?: CommandName }
  /** `operands` of `claude` are all that follows, including options. */
  | {
    name: Exclude<CommandName, "usage">;
    operands: string[];
    json: boolean;
  }
  | UsageCommand;

/** What `ccproxy usage` requests. */
export interface UsageCommand {
  name: "usage";
  /** Parameters of `GET /v1/usage`. */
  query: { [parameter in (typeof QUERY)[number]]?: string };
  /** Print the proxy's answer unchanged. */
  json: boolean;
}

const QUERY = ["by", "since", "until"] as const;

const HELP = ["--help", "-h"];

/** Parses the command line; `serve` if it names no command. */
export function parseArguments(args: readonly string[]): Command {
  if (args[0] === "claude") return forClaudeCode(args.slice(1));
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
        json: { type: "boolean" },
        by: { type: "string" },
        since: { type: "string" },
        until: { type: "string" },
      },
    });
    const { help = false, version = false, json = false, ...query } = values;
    if (version || positionals[0] === "version") return { name: "version" };
    const isAsking = positionals[0] === "help";
    const words = isAsking ? positionals.slice(1) : positionals;
    if (help || isAsking) return helpOf(words);
    const command = toCommand(words.length === 0 ? ["serve"] : words, json);
    return withQuery(command, query);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const words = args.filter((word) => !word.startsWith("-"));
    return mistake(
      why.replace(/\. To specify a positional.*$/s, ""),
      commandOf(words)?.name,
    );
  }
}

/** Claude Code's options are its own; one leading `--` is removed. */
function forClaudeCode([first, ...rest]: string[]): Command {
  if (first && HELP.includes(first)) return { name: "help", of: "claude" };
  const operands = first === undefined || first === "--"
    ? rest
    : [first, ...rest];
  return { name: "claude", operands, json: false };
}

function helpOf(words: readonly string[]): Command {
  const [first, second] = words;
  if (first === undefined) return { name: "help", of: null };
  const two = `${first} ${second}`;
  if (isCommandName(two)) return { name: "help", of: two };
  if (isCommandName(first)) return { name: "help", of: first };
  if (first === "config") return { name: "help", of: "config" };
  return unknown(words);
}

function toCommand(words: readonly string[], json: boolean): Command {
  const found = commandOf(words);
  if (!found) return unknown(words);
  const { name, operands } = found;
  const sheet: CommandSheet = COMMANDS[name];
  const surplus = operands[sheet.maxOperands ?? 0];
  if (surplus !== undefined) {
    return mistake(`"${name}" does not take "${surplus}"`, name);
  }
  if (operands.length < (sheet.minOperands ?? 0)) {
    return mistake(`"${name}" wants ${sheet.operands}`, name);
  }
  if (json && !sheet.json) return mistake(`"${name}" has no --json`, name);
  if (name === "usage") return { name, query: {}, json };
  return { name, operands, json };
}

/** The command that the words begin with. */
function commandOf(
  words: readonly string[],
): { name: CommandName; operands: string[] } | null {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(" ");
    if (isCommandName(name)) return { name, operands: words.slice(count) };
  }
  return null;
}

/** Options that only `usage` has. */
function withQuery(command: Command, query: UsageCommand["query"]): Command {
  if (command.name === "usage") {
    return { ...command, query: { ...query } };
  }
  const stray = QUERY.find((option) => option in query);
  if (!stray || command.name === "mistake") return command;
  const { name } = command;
  return mistake(
    `"${name}" has no --${stray}`,
    isCommandName(name) ? name : undefined,
  );
}

/** Reports the first unknown word, and what was probably meant. */
function unknown(words: readonly string[]): Command {
  const place = words.findIndex((_, i) => continuations(words, i + 1) === 0);
  if (place < 0) {
    const start = words.join(" ");
    const more = COMMAND_NAMES.filter((name) => name.startsWith(`${start} `));
    return mistake(`"${start}" wants more: ${more.join(", ")}`);
  }
  const wrong = words[place] ?? "";
  const before = words.slice(0, place);
  const choices = COMMAND_NAMES
    .map((name) => name.split(" "))
    .filter((name) => before.every((word, i) => word === name[i]))
    .flatMap((name) => name[place] ?? []);
  const meant = nearest(wrong, choices);
  const hint = meant === null
    ? ""
    : `; did you mean "${[...before, meant].join(" ")}"?`;
  return mistake(`Unknown command "${wrong}"${hint}`);
}

/** How many commands begin with this many of the words. */
function continuations(words: readonly string[], count: number): number {
  const start = `${words.slice(0, count).join(" ")} `;
  return COMMAND_NAMES.filter((name) => `${name} `.startsWith(start)).length;
}

function mistake(message: string, of?: CommandName): Command {
  return { name: "mistake", message, ...(of ? { of } : {}) };
}
