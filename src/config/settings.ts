/**
 * Where settings are: the environment, `.env`, `ccproxy.json`.
 *
 * @module
 */
import { parseEnv } from "node:util";
import { type Config, ConfigError, parseConfig } from "./config.ts";
import type { FoundFile } from "./config_file.ts";
import type { ReadVariable } from "./config_schema.ts";
import { type Environment, VARIABLES } from "./variables.ts";

/** What is around the program. */
export interface Surroundings {
  /** An environment variable. */
  getVariable: (name: string) => string | undefined;
  /** A file's text; `null`: there is no such file. */
  readFile: (path: string) => string | null;
}

/**
 * Reads and checks all settings.
 *
 * @throws {ConfigError} listing every problem.
 */
export function readSettings(surroundings: Surroundings): Config {
  const readVariable = createVariableReader(surroundings);
  const environment = readEnvironment(readVariable);
  const file = readConfigFile(environment.CCPROXY_CONFIG, surroundings);
  return parseConfig(environment, { file, readVariable });
}

/** Reads variables of the environment, or else of `.env`. */
export function createVariableReader(
  { getVariable, readFile }: Surroundings,
): ReadVariable {
  const file = parseEnv(readFile(".env") ?? "");
  return (name) => (getVariable(name) ?? file[name])?.trim() || undefined;
}

/** The variables ccproxy knows. */
export function readEnvironment(readVariable: ReadVariable): Environment {
  return Object.fromEntries(
    Object.keys(VARIABLES).map((name) => [name, readVariable(name)]),
  );
}

/** The usual file may be missing; one that is asked for may not. */
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
