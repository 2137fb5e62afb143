/**
 * Finds the settings: the environment, `.env`, `ccproxy.json`.
 *
 * @module
 */
import { parseEnv } from "node:util";
import { type Config, ConfigError, parseConfig } from "./config.ts";
import type { FoundFile } from "./config_file.ts";
import type { ReadVariable } from "./config_schema.ts";
import { envFileNotices } from "./env_file.ts";
import { type Environment, VARIABLES } from "./variables.ts";

/** The program's environment and files. */
export interface Surroundings {
  /** An environment variable. */
  getVariable: (name: string) => string | undefined;
  /** A file's text; `null`: there is no such file. */
  readFile: (path: string) => string | null;
}

/**
 * What settings were made from, as plain data, so that another thread can make
 * the same.
 */
export interface SettingsSources {
  environment: Environment;
  /** `ccproxy.json`; `null`: there is none. */
  file: FoundFile | null;
  /** The variables that the file names, for keys. */
  named: Readonly<Record<string, string | undefined>>;
}

/** Settings, and what they were made from. */
export interface FoundSettings {
  config: Config;
  sources: SettingsSources;
}

/**
 * Reads and validates all settings.
 *
 * @throws {ConfigError} listing every problem.
 */
export function readSettings(surroundings: Surroundings): FoundSettings {
  const read = createVariableReader(surroundings);
  const environment = readEnvironment(read);
  const file = readConfigFile(environment.CCPROXY_CONFIG, surroundings);
  const named: Record<string, string | undefined> = {};
  const readVariable = (name: string) => named[name] = read(name);
  const odd = envFileNotices(
    readEnvFile(surroundings),
    (name) => read(name) !== undefined,
  );
  try {
    const config = parseConfig(environment, { file, readVariable });
    const notices = [...config.notices, ...odd];
    const sources = { environment, file, named };
    return { config: { ...config, notices }, sources };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...error.problems, ...odd]);
  }
}

/** @throws {ConfigError} if it exists but cannot be read. */
function readEnvFile({ readFile }: Surroundings): string {
  try {
    return readFile(".env") ?? "";
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`.env: expected a file that can be read: ${why}`]);
  }
}

/** Recreates settings from sources that were found valid. */
export function settingsOf(
  { environment, file, named }: SettingsSources,
): Config {
  const readVariable = (name: string) => named[name];
  return parseConfig(environment, { file, readVariable });
}

/**
 * Reads variables from the environment, else from `.env`.
 *
 * @throws {ConfigError} if there is a `.env` that cannot be read.
 */
export function createVariableReader(
  surroundings: Surroundings,
): ReadVariable {
  const { getVariable } = surroundings;
  const file = parseEnv(readEnvFile(surroundings));
  return (name) => (getVariable(name) ?? file[name])?.trim() || undefined;
}

/** The variables ccproxy knows. */
export function readEnvironment(readVariable: ReadVariable): Environment {
  return Object.fromEntries(
    Object.keys(VARIABLES).map((name) => [name, readVariable(name)]),
  );
}

/** The default file may be missing; one that is set explicitly may not. */
function readConfigFile(
  asked: string | undefined,
  { readFile }: Surroundings,
): FoundFile | null {
  const path = asked ?? VARIABLES.CCPROXY_CONFIG.default;
  const problem = (why: string) =>
    new ConfigError([
      `CCPROXY_CONFIG: expected a file that can be read, got "${path}": ${why}`,
    ]);
  let text: string | null;
  try {
    text = readFile(path);
  } catch (error) {
    throw problem(error instanceof Error ? error.message : String(error));
  }
  if (text !== null) return { path, text };
  if (asked === undefined) return null;
  throw problem("it is not there");
}
