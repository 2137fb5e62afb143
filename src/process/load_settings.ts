/**
 * Settings of the process: its environment, `.env` and `ccproxy.json` in the
 * working directory.
 *
 * @module
 */
import { type Config, ConfigError } from "../config/config.ts";
import { handToDeno, hasProxy } from "../config/environment.ts";
import {
  createVariableReader,
  type FoundSettings,
  readEnvironment,
  readSettings,
  type Surroundings,
} from "../config/settings.ts";
import type { Environment } from "../config/variables.ts";
import { refuse } from "./exit.ts";
import { locateStore } from "./open_store.ts";

const surroundings: Surroundings = {
  getVariable: (name) => Deno.env.get(name),
  readFile(path) {
    try {
      return Deno.readTextFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  },
};

/** The variables ccproxy knows, unchecked. */
export function loadEnvironment(): Environment {
  return orRefuse(() => readEnvironment(createVariableReader(surroundings)));
}

/** All settings, checked, or the end of the program. */
export function loadSettings(): Config {
  return findSettings().config;
}

/** Settings to serve with. */
export interface ServeSettings extends FoundSettings {
  /** Upstreams may be reached through a proxy. */
  isProxied: boolean;
}

/**
 * All settings with where the store is, or the end of the program.
 *
 * The file may name any variable for a key, hence the permission to read them
 * all; dependencies that wake up later have no use for it. A KV Connect server
 * needs it on: Deno itself reads the token where it connects.
 */
export function loadServeSettings(): ServeSettings {
  const { config, sources } = findSettings();
  handToDeno(sources.environment, Deno.env);
  const isProxied = hasProxy(Deno.env);
  const store = locateStore(config.store);
  if (store.kind !== "connect") Deno.permissions.revokeSync({ name: "env" });
  return { config: { ...config, store }, sources, isProxied };
}

function findSettings(): FoundSettings {
  return orRefuse(() => readSettings(surroundings));
}

/** What `read` returns, or the end of the program with all that is wrong. */
export function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(error.problems);
  }
}
