import { type Variable, VARIABLES } from "../variables.ts";

/** The text of `ccproxy --help`. */
export function helpText(): string {
  return `ccproxy: Anthropic Messages API in, any OpenAI-compatible upstream out.

Usage:
  ccproxy           serve with the settings below
  ccproxy demo      serve on an embedded upstream: no key, no network
  ccproxy --help    this text
  ccproxy --version

Settings, from the environment or a .env file in the working directory:
${variableLines()}

Point Claude Code at it:
  export ANTHROPIC_BASE_URL=http://127.0.0.1:11434 ANTHROPIC_API_KEY=any
  claude
`;
}

function variableLines(): string {
  const rows: [string, Variable][] = Object.entries(VARIABLES);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, { help, default: value }]) => {
    const shown = value === undefined ? "" : ` [${value}]`;
    return `  ${name.padEnd(width)}  ${help}${shown}`;
  }).join("\n");
}
