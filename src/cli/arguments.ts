import { parseArgs } from "node:util";

/** What the command line asks for. */
export type Command =
  | { name: "serve" | "demo" | "help" | "version" }
  | { name: "mistake"; message: string };

const COMMANDS = ["serve", "demo"] as const;

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
    if (values.help) return { name: "help" };
    if (values.version) return { name: "version" };
    const [word = "serve", ...rest] = positionals;
    if (word === "help") return { name: "help" };
    const name = COMMANDS.find((command) => command === word);
    if (name && rest.length === 0) return { name };
    const wrong = name ? rest[0] : word;
    return { name: "mistake", message: `Unknown command "${wrong}"` };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name: "mistake", message };
  }
}
