/**
 * Where settings are: the environment, `.env`, `ccproxy.json`.
 *
 * @module
 */
import { parseEnv } from "node:util";
import { type Config, ConfigError, parseConfig } from "./config.ts";
import type { FoundFile } from "./config_file.ts";
import { type ProcessEnvironment, readEnvironment } from "./environment.ts";
import { platformDataDir } from "./store/data_dir.ts";
import type { StoreSettings } from "./store_settings.ts";
import {
  type Environment,
  PLATFORM_VARIABLES,
  VARIABLES,
} from "./variables.ts";

/** What is around the program. */
export interface Surroundings {
  env: ProcessEnvironment;
  /** A file's text; `null`: there is no such file. */
  readFile: (path: string) => string | null;
  /** `Deno.build.os`. */
  os: string;
}

/**
 * Reads and checks all settings. The environment need not be read any more
 * after that.
 *
 * @throws {ConfigError} listing every problem.
 */
export function readSettings({ env, readFile, os }: Surroundings): Config {
  const dotEnv = readDotEnv({ readFile });
  const environment = readEnvironment(env, dotEnv);
  const file = readConfigFile(environment.CCPROXY_CONFIG?.trim(), { readFile });
  const readVariable = (name: string) =>
    (env.get(name) ?? dotEnv[name])?.trim() || undefined;
  const config = parseConfig(environment, { file, readVariable });
  return { ...config, store: located(config.store, { env, os }) };
}

/** The store's settings, with the folder where the platform keeps data. */
function located(
  settings: StoreSettings,
  { env, os }: Pick<Surroundings, "env" | "os">,
): StoreSettings {
  if (settings.kind !== "file" || settings.folder !== null) return settings;
  const places = PLATFORM_VARIABLES.map((name) => [name, env.get(name)]);
  const folder = platformDataDir({ os, ...Object.fromEntries(places) });
  return { kind: "file", folder };
}

/** The variables ccproxy knows, of the environment or else of `.env`. */
export function readVariables(
  { env, readFile }: Omit<Surroundings, "os">,
): Environment {
  return readEnvironment(env, readDotEnv({ readFile }));
}

function readDotEnv(
  { readFile }: Pick<Surroundings, "readFile">,
): Readonly<Record<string, string | undefined>> {
  return parseEnv(readFile(".env") ?? "");
}

/** The usual file may be missing; one that is asked for may not. */
function readConfigFile(
  asked: string | undefined,
  { readFile }: Pick<Surroundings, "readFile">,
): FoundFile | null {
  const path = asked || VARIABLES.CCPROXY_CONFIG.default;
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
  if (!asked) return null;
  throw problem("it is not there");
}
