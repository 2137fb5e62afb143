/**
 * One line of JSON per entry, or a readable line on a terminal. An object, not
 * a global; it writes where it is told to.
 *
 * @module
 */
import { type Redact, redact as redactPatterns } from "./secret.ts";

/** Levels, least urgent first. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;

/** How urgent an entry is. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** An entry's fields besides its message. `Secret`s print as `***`. */
export type LogFields = Record<string, unknown>;

/** Writes entries at or above its level. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with these fields in every entry. */
  with(fields: LogFields): Logger;
}

/** Options for {@linkcode createLogger}. */
export interface LoggerOptions {
  level: LogLevel;
  /** Writes one line, which includes its line break. */
  write: (line: string) => void;
  /** Epoch milliseconds. */
  now: () => number;
  /** Readable lines for people instead of JSON. */
  pretty: boolean;
  /** Writes the same as JSON, whatever `pretty` says, e.g. to a file. */
  writeJson?: (line: string) => void;
  /** Removes secrets from every text of an entry. */
  redact?: Redact;
}

/** Creates a {@linkcode Logger}. */
export function createLogger(
  options: LoggerOptions,
  common: LogFields = {},
): Logger {
  const { level, write, now, pretty, writeJson } = options;
  const { redact = redactPatterns } = options;
  const clean = (_name: string, value: unknown) =>
    typeof value === "string" ? redact(value) : value;
  const entry = (own: LogLevel) => (message: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)) return;
    const all = { ...common, ...fields };
    const head = { time: new Date(now()).toISOString(), level: own, message };
    // Twice: first for the order, last so that no field can forge the head.
    const toJson = () =>
      `${JSON.stringify({ ...head, ...all, ...head }, clean)}\n`;
    const json = pretty && !writeJson ? "" : toJson();
    write(pretty ? redact(`${prettyLine(head, all)}\n`) : json);
    writeJson?.(json);
  };
  return {
    debug: entry("DEBUG"),
    info: entry("INFO"),
    warn: entry("WARN"),
    error: entry("ERROR"),
    with: (fields) => createLogger(options, { ...common, ...fields }),
  };
}

function prettyLine(
  { time, level, message }: { time: string; level: LogLevel; message: string },
  fields: LogFields,
): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${prettyValue(value)}`);
  return [time.slice(11, 19), level.padEnd(5), message, ...pairs].join(" ");
}

function prettyValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
