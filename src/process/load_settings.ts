/**
 * The process's settings: its environment, and `.env` and `ccproxy.json` in the
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

/** The variables ccproxy knows, not validated. */
export function loadEnvironment(): Environment {
  return orRefuse(() => readEnvironment(createVariableReader(surroundings)));
}

/** All settings, validated; exits if any is wrong. */
export function loadSettings(): Config {
  return findSettings().config;
}

/** Settings to serve with. */
export interface ServeSettings extends FoundSettings {
  /** Upstreams may be behind an HTTP proxy. */
  isProxied: boolean;
}

/**
 * All settings, with the store's location; exits if any is wrong.
 *
 * The file may name any variable for a key, so all may be read until then;
 * later the permission is dropped, as dependencies do not need it. A KV Connect
 * server needs it throughout: Deno itself reads the token when it connects.
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

/** Returns what `read` returns, or exits listing everything that is wrong. */
export function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(error.problems);
  }
}
