import { type Variable, VARIABLES } from "../variables.ts";

/** The text of `ccproxy --help`. */
export function helpText(): string {
  return `ccproxy: Anthropic Messages API in, any OpenAI-compatible upstream out.

Usage:
  ccproxy           serve with the settings below
  ccproxy demo      serve on an embedded upstream: no key, no network
  ccproxy usage     what was used, paid and saved
  ccproxy config    check the settings, or print ccproxy.json's schema
  ccproxy --help    this text
  ccproxy --version

Settings, from the environment or a .env file in the working directory:
${variableLines()}

Point Claude Code at it:
  export ANTHROPIC_BASE_URL=http://127.0.0.1:11434 ANTHROPIC_API_KEY=any
  claude
`;
}

/** The text of `ccproxy usage --help`. */
export function usageHelpText(): string {
  return `Usage:
  ccproxy usage [--by day|hour|model|session] [--since 7d] [--until DATE] [--json]

Asks the running proxy, at HOST and PORT with CCPROXY_API_KEY, what was used,
paid and saved. --since and --until take a date like 2026-11-22, or 24h or 7d
for so long ago; hours and days are UTC's. --json prints the proxy's own answer.
`;
}

/** The text of `ccproxy config --help`. */
export function configHelpText(): string {
  return `Usage:
  ccproxy config check    check all settings and show how they are understood;
                          exits with 78 where something is wrong
  ccproxy config schema   print the JSON Schema of ccproxy.json, for editors

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

function variableLines(): string {
  const rows: [string, Variable][] = Object.entries(VARIABLES);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, { help, default: value }]) => {
    const shown = value === undefined ? "" : ` [${value}]`;
    return `  ${name.padEnd(width)}  ${help}${shown}`;
  }).join("\n");
}
