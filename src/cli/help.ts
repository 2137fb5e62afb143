import {
  type Variable,
  type VariableName,
  VARIABLES,
} from "../config/variables.ts";
import {
  COMMAND_NAMES,
  type CommandName,
  COMMANDS,
  type CommandSheet,
} from "./commands.ts";

/** Variables for upstreams and models, which most commands need. */
const UPSTREAM_VARIABLES: readonly VariableName[] = [
  "OPENAI_API_KEY",
  "OPENROUTER_API_KEY",
  "BIG_MODEL_NAME",
  "SMALL_MODEL_NAME",
  "OPENAI_BASE_URL",
  "UPSTREAM_API",
  "UPSTREAM_DIALECT",
];

/** The text of `--help`, for one command or, with `null`, for all. */
export function helpText(of: CommandName | "config" | null): string {
  if (of === "config") return configHelpText();
  return of === null ? generalText() : commandText(of);
}

/** Where to read more after a mistake on the command line. */
export function mistakeHint({ of }: { of?: CommandName }): string {
  return of === undefined || of === "serve"
    ? "`ccproxy --help` lists commands and settings."
    : `\`ccproxy ${of} --help\` tells more.`;
}

function generalText(): string {
  return `ccproxy: Anthropic Messages API in, any OpenAI-compatible upstream out.

Usage:
${commandLines(COMMAND_NAMES)}
  ccproxy COMMAND --help      more about a command
  ccproxy --version

Settings, from the environment or a .env file in the working directory:
${variableLines("all")}

Point Claude Code at it:
  export ANTHROPIC_BASE_URL=http://127.0.0.1:11434 ANTHROPIC_API_KEY=any
  claude
`;
}

function commandText(name: CommandName): string {
  const sheet: CommandSheet = COMMANDS[name];
  const { about, examples, exits, json } = sheet;
  const call = [
    `ccproxy ${name}`,
    sheet.options,
    json && "[--json]",
    sheet.operands,
  ];
  const variables = sheet.variables === "all" || sheet.variables.length === 0
    ? sheet.variables
    : [...(sheet.asksUpstream ? UPSTREAM_VARIABLES : []), ...sheet.variables];
  const codes = [
    [0, "all went well"],
    [64, "the command line is wrong"],
    ...Object.entries(exits),
  ].map(([code, meaning]): [number, unknown] => [Number(code), meaning])
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([code, meaning]) =>
      code < 0 ? `       ${meaning}` : `  ${`${code}`.padStart(3)}  ${meaning}`
    );
  return [
    `${call.filter(Boolean).join(" ")}: ${sheet.summary}`,
    ...(about ? ["", about] : []),
    ...(json ? ["", "--json prints the same as JSON."] : []),
    ...["", "Examples:", ...examples.map((line) => `  ${line}`)],
    ...["", "Exit codes:", ...codes],
    ...(variables.length > 0
      ? ["", "Variables:", variableLines(variables)]
      : []),
    "",
  ].join("\n");
}

/** All other codes come last. */
function rank(code: number): number {
  return code < 0 ? Infinity : code;
}

/** The text of `ccproxy config --help`. */
function configHelpText(): string {
  return `Usage:
${commandLines(["config check", "config schema"])}

The file is ccproxy.json in the working directory, or the one that
CCPROXY_CONFIG names: JSON, comments allowed.

  {
    "upstreams": {
      "openai": { "url": "https://api.openai.com/v1", "keys": ["env:OPENAI_API_KEY"] },
      "local": { "url": "http://127.0.0.1:8000/v1", "dialect": "vllm" }
    },
    "models": [
      { "match": "claude-haiku-*", "to": ["local/qwen3-coder", "openai/gpt-5-mini"] },
      { "match": "*", "to": ["openai/gpt-5.6-sol"] }
    ]
  }
`;
}

function commandLines(names: readonly CommandName[]): string {
  const rows = names.map((name): [string, string] => {
    const { operands, summary }: CommandSheet = COMMANDS[name];
    const words = name === "serve" ? "[serve]" : name;
    return [["ccproxy", words, operands].filter(Boolean).join(" "), summary];
  });
  return rows.map(([call, what]) => `  ${call.padEnd(26)}  ${what}`).join("\n");
}

function variableLines(names: "all" | readonly VariableName[]): string {
  const all: [string, Variable][] = Object.entries(VARIABLES);
  const rows = all.filter(([name]) =>
    names === "all" || names.some((wanted) => wanted === name)
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, { help, default: value }]) => {
    const shown = value === undefined ? "" : ` [${value}]`;
    return `  ${name.padEnd(width)}  ${help}${shown}`;
  }).join("\n");
}
