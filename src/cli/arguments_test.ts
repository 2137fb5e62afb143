import { deepStrictEqual as deepEqual } from "node:assert";
import { type Command, parseArguments } from "./arguments.ts";

const ROWS: [line: string, command: Command][] = [
  ["", { name: "serve" }],
  ["serve", { name: "serve" }],
  ["demo", { name: "demo" }],
  ["usage", { name: "usage", query: {}, json: false }],
  ["usage --since 7d --by model --json", {
    name: "usage",
    query: { since: "7d", by: "model" },
    json: true,
  }],
  ["usage --help", { name: "usage help" }],
  ["serve --json", {
    name: "mistake",
    message: "--json is for ccproxy usage",
  }],
  ["help", { name: "help" }],
  ["--help", { name: "help" }],
  ["serve -h", { name: "help" }],
  ["-v", { name: "version" }],
  ["config check", { name: "config check" }],
  ["config schema", { name: "config schema" }],
  ["config --help", { name: "config help" }],
  ["config check --help", { name: "config help" }],
  ["config", {
    name: "mistake",
    message: '"config" wants more: config check, config schema',
  }],
  ["config chekc", { name: "mistake", message: 'Unknown command "chekc"' }],
  ["frobnicate", { name: "mistake", message: 'Unknown command "frobnicate"' }],
  ["serve now", { name: "mistake", message: 'Unknown command "now"' }],
  ["config check it", { name: "mistake", message: 'Unknown command "it"' }],
];

for (const [line, command] of ROWS) {
  Deno.test(`parseArguments() reads "${line}"`, () => {
    deepEqual(parseArguments(line === "" ? [] : line.split(" ")), command);
  });
}
