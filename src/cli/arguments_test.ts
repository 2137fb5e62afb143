import { deepStrictEqual as deepEqual } from "node:assert";
import { type Command, parseArguments } from "./arguments.ts";
import { COMMAND_NAMES, type CommandName } from "./commands.ts";

function does(
  name: Exclude<CommandName, "usage">,
  operands: string[] = [],
  rest: { json?: boolean } = {},
): Command {
  return { name, operands, json: false, ...rest };
}

function mistake(message: string, of?: CommandName): Command {
  return { name: "mistake", message, ...(of ? { of } : {}) };
}

const ROWS: [line: string, command: Command][] = [
  ["", does("serve")],
  ["serve", does("serve")],
  ["demo", does("demo")],
  ["help", { name: "help", of: null }],
  ["--help", { name: "help", of: null }],
  ["help models", { name: "help", of: "models" }],
  ["-v", { name: "version" }],
  ["config check", does("config check")],
  ["config schema", does("config schema")],
  ["config --help", { name: "help", of: "config" }],
  ["config", mistake('"config" wants more: config check, config schema')],
  [
    "config chekc",
    mistake('Unknown command "chekc"; did you mean "config check"?'),
  ],
  ["sevre", mistake('Unknown command "sevre"; did you mean "serve"?')],
  ["modles gpt", mistake('Unknown command "modles"; did you mean "models"?')],
  ["frobnicate", mistake('Unknown command "frobnicate"')],
  ["serve now", mistake('"serve" does not take "now"', "serve")],
  [
    "config check it",
    mistake('"config check" does not take "it"', "config check"),
  ],
  ["serve --json", mistake('"serve" has no --json', "serve")],
  ["--jsno", mistake("Unknown option '--jsno'")],
  ["models --jsno", mistake("Unknown option '--jsno'", "models")],
  ["version", { name: "version" }],
  ["usage", { name: "usage", query: {}, json: false }],
  ["usage --since 7d --by model --json", {
    name: "usage",
    query: { since: "7d", by: "model" },
    json: true,
  }],
  ["serve --since 7d", mistake('"serve" has no --since', "serve")],
  ["models", does("models")],
  ["cache warm a.jsonl", does("cache warm", ["a.jsonl"])],
  ["cache warm", mistake('"cache warm" wants FILE', "cache warm")],
  ["cache", mistake('"cache" wants more: cache warm')],
  ["models --json", does("models", [], { json: true })],
  ["models gpt-5.1", does("models", ["gpt-5.1"])],
  ["models a b", mistake('"models" does not take "b"', "models")],
  ["docter -h", mistake('Unknown command "docter"; did you mean "doctor"?')],
  ["doctor --json", does("doctor", [], { json: true })],
  ["claude", does("claude")],
  ["claude -p hi --json", does("claude", ["-p", "hi", "--json"])],
  ["claude --help", { name: "help", of: "claude" }],
  ["claude -- --help", does("claude", ["--help"])],
  ["claude mcp --help", does("claude", ["mcp", "--help"])],
];

for (const [line, command] of ROWS) {
  Deno.test(`parseArguments() reads "${line}"`, () => {
    deepEqual(parseArguments(line === "" ? [] : line.split(" ")), command);
  });
}

Deno.test("parseArguments() knows the help of every command", () => {
  for (const of of COMMAND_NAMES) {
    deepEqual(parseArguments([...of.split(" "), "-h"]), { name: "help", of });
  }
});
