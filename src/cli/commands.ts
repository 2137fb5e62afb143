/**
 * Every command: its form, what it does, its exit codes. The command line is
 * parsed by this table, and `--help` printed from it.
 *
 * @module
 */
import type { VariableName } from "../config/variables.ts";

/** The description of a command. */
export interface CommandSheet {
  /** What may follow its words, e.g. `[NAME]`. */
  operands?: string;
  /** Fewest operands it takes; absent: none. */
  minOperands?: number;
  /** Most operands it takes; absent: none. */
  maxOperands?: number;
  /** It prints JSON with `--json`. */
  json?: true;
  /** Options of its own, each with a value. */
  options?: string;
  /** In half a line. */
  summary: string;
  /** In a few lines, if the summary leaves questions. */
  about?: string;
  /** Command lines to copy. */
  examples: readonly string[];
  /** Exit codes besides 0 and 64, by number. */
  exits: Readonly<Record<number, string>>;
  /** It needs upstreams and models. */
  asksUpstream?: true;
  /** Variables it reads besides those for upstreams and models. */
  variables: "all" | readonly VariableName[];
}

const CONFIG_EXIT = { 78: "settings are missing or wrong" } as const;

/** Every command by its words, in the order they are shown. */
export const COMMANDS = {
  serve: {
    summary: "serve clients; the default command",
    examples: [
      "ccproxy",
      "PORT=11435 LOG_LEVEL=DEBUG ccproxy serve",
    ],
    exits: {
      1: "answers were cut off at shutdown",
      69: "the port is taken",
      ...CONFIG_EXIT,
    },
    variables: "all",
  },
  demo: {
    summary: "serve on an embedded upstream: no key, no network",
    about: `Makes one request to itself and shows the translated stream, then
serves until Ctrl+C. With UPSTREAM_API=responses the upstream is called through
the Responses API.`,
    examples: ["ccproxy demo", "PORT=0 ccproxy demo"],
    exits: { 69: "the port is taken", ...CONFIG_EXIT },
    variables: ["HOST", "PORT", "ALLOW_OPEN", "UPSTREAM_API", "LOG_LEVEL"],
  },
  claude: {
    operands: "[ARGUMENT…]",
    summary: "run Claude Code on the proxy",
    about: `Uses the ccproxy that answers at HOST and PORT, or starts one for as
long as Claude Code runs (on a free port if another program has that one).
Only this Claude Code uses it: your shell, its settings and its login do not
change. All arguments go to Claude Code; after -- even --help does.

If both models' context windows are known, Claude Code gets the models' own
names, so that it compacts in time, unless you have set its model variables
yourself. The proxy it starts logs nothing to a terminal, as the screen is
Claude Code's, and elsewhere only warnings, unless LOG_LEVEL says otherwise.
With LOG_FILE the whole log goes there.`,
    examples: ["ccproxy claude", 'ccproxy claude -p "What is in this folder?"'],
    exits: {
      69: "Claude Code is not installed, or the proxy cannot be reached",
      ...CONFIG_EXIT,
      "-1": "any other: Claude Code's own exit code",
    },
    variables: "all",
  },
  doctor: {
    json: true,
    summary: "try every configured model, and report what works",
    about: `Sends 7 small requests to each model, through the proxy's own
translation, and reports what works, what ccproxy does instead, and what fails.
The requests cost a few cents at most.`,
    examples: ["ccproxy doctor", "ccproxy doctor --json"],
    exits: { 1: "something fails", ...CONFIG_EXIT },
    variables: "all",
  },
  models: {
    operands: "[NAME]",
    maxOperands: 1,
    json: true,
    summary: "show where model names go, with limits and prices",
    about:
      `With a name, as a client would give it: the models that serve it, their
limits, prices, and what they accept.`,
    examples: [
      "ccproxy models",
      "ccproxy models claude-haiku-4-5",
      "ccproxy models gpt-5.1 --json",
    ],
    exits: { 1: "no model serves this name", ...CONFIG_EXIT },
    asksUpstream: true,
    variables: ["CCPROXY_CONFIG"],
  },
  usage: {
    options: "[--by day|hour|model|session] [--since 7d] [--until DATE]",
    json: true,
    summary: "show what was used, paid and saved",
    about:
      `Asks the ccproxy that runs at HOST and PORT. --since and --until take
a date like 2026-11-22, or an age like 24h or 7d; hours and days are in UTC.`,
    examples: ["ccproxy usage", "ccproxy usage --by model --since 7d"],
    exits: { 69: "no proxy answers" },
    variables: ["HOST", "PORT", "CCPROXY_API_KEY"],
  },
  "cache warm": {
    operands: "FILE",
    minOperands: 1,
    maxOperands: 1,
    summary: "cache the answers to a file of requests in advance",
    about:
      `Each line of FILE is the JSON body of a POST /v1/messages. The ccproxy
that runs at HOST and PORT sends those whose answers it does not have, 4 at a
time, at the usual cost. The command can be repeated. If clients need keys, the
answers are only for the first one in CCPROXY_API_KEY.`,
    examples: [
      "ccproxy cache warm requests.jsonl",
      "RESPONSE_CACHE=all ccproxy serve & ccproxy cache warm evals.jsonl",
    ],
    exits: {
      1: "some requests failed",
      65: "FILE cannot be read, or contains something other than requests",
      69: "no proxy answers, or it keeps nothing",
    },
    variables: ["HOST", "PORT", "CCPROXY_API_KEY"],
  },
  "config check": {
    summary: "check all settings and show how they take effect",
    examples: [
      "ccproxy config check",
      "CCPROXY_CONFIG=team.json ccproxy config check",
    ],
    exits: CONFIG_EXIT,
    variables: "all",
  },
  "config schema": {
    summary: "print the JSON Schema of ccproxy.json, for editors",
    examples: ["ccproxy config schema > ccproxy.schema.json"],
    exits: {},
    variables: [],
  },
} as const satisfies Record<string, CommandSheet>;

/** The words of a command. */
export type CommandName = keyof typeof COMMANDS;

/** Every command's words. */
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** Whether these are the words of a command. */
export function isCommandName(words: string): words is CommandName {
  return Object.hasOwn(COMMANDS, words);
}
