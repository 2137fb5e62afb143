import { parseArgs } from "node:util";

/** Every command by its words. */
const COMMANDS = [
  "serve",
  "demo",
  "usage",
  "config check",
  "config schema",
] as const;

/** What `ccproxy usage` asks for. */
export interface UsageCommand {
  name: "usage";
  /** Parameters of `GET /v1/usage`. */
  query: { by?: string; since?: string; until?: string };
  /** The proxy's own answer is wanted. */
  json: boolean;
}

/** What the command line asks for. */
export type Command =
  | { name: Plain | "help" | "config help" | "usage help" | "version" }
  | UsageCommand
  | { name: "mistake"; message: string };

/** Commands without options of their own. */
type Plain = Exclude<(typeof COMMANDS)[number], "usage">;

/** Reads the command line; `serve` if it names no command. */
export function parseArguments(args: string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
        by: { type: "string" },
        since: { type: "string" },
        until: { type: "string" },
        json: { type: "boolean" },
      },
    });
    const words = positionals.length === 0 ? ["serve"] : positionals;
    if (values.help) return { name: helpOf(words[0]) };
    if (values.version) return { name: "version" };
    const asked = words.join(" ");
    if (asked === "help") return { name: "help" };
    const name = COMMANDS.find((command) => command === asked);
    const { by, since, until, json } = values;
    if (name === "usage") {
      const query = {
        ...(by === undefined ? {} : { by }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      };
      return { name, query, json: json ?? false };
    }
    const stray = Object.keys({ by, since, until, json })
      .find((option) => option in values);
    if (stray) {
      return { name: "mistake", message: `--${stray} is for ccproxy usage` };
    }
    return name ? { name } : mistake(words);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name: "mistake", message };
  }
}

function helpOf(word: string | undefined) {
  if (word === "config") return "config help";
  return word === "usage" ? "usage help" : "help";
}

/** Names the first word that begins no command. */
function mistake(words: readonly string[]): Command {
  const isBeginning = (count: number) => {
    const start = words.slice(0, count).join(" ");
    return COMMANDS.some((command) => `${command} `.startsWith(`${start} `));
  };
  const wrong = words.find((_, i) => !isBeginning(i + 1));
  return {
    name: "mistake",
    message: wrong === undefined
      ? `"${words.join(" ")}" wants more: ${
        COMMANDS.filter((command) => command.startsWith(words.join(" ")))
          .join(", ")
      }`
      : `Unknown command "${wrong}"`,
  };
}
