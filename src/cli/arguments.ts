import { parseArgs } from "node:util";

/** Every command by its words. */
const COMMANDS = ["serve", "demo", "config check", "config schema"] as const;

/** What the command line asks for. */
export type Command =
  | { name: (typeof COMMANDS)[number] | "help" | "config help" | "version" }
  | { name: "mistake"; message: string };

/** Reads the command line; `serve` if it names no command. */
export function parseArguments(args: string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
      },
    });
    const words = positionals.length === 0 ? ["serve"] : positionals;
    const isOfConfig = words[0] === "config";
    if (values.help) return { name: isOfConfig ? "config help" : "help" };
    if (values.version) return { name: "version" };
    const asked = words.join(" ");
    if (asked === "help") return { name: "help" };
    const name = COMMANDS.find((command) => command === asked);
    return name ? { name } : mistake(words);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name: "mistake", message };
  }
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
