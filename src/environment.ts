import {
  type Environment,
  PROXY_ALIASES,
  type Variable,
  VARIABLES,
} from "./variables.ts";

/** The process' environment, as `Deno.env` has it. */
export interface ProcessEnvironment {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/**
 * The variables we know, from the environment or else from a file. Those that
 * Deno reads itself are handed on to it, which has to come before the first
 * connection.
 */
export function readEnvironment(
  env: ProcessEnvironment,
  file: Readonly<Record<string, string | undefined>>,
): Environment {
  const variables: [string, Variable][] = Object.entries(VARIABLES);
  return Object.fromEntries(variables.map(([name, { denosName }]) => {
    const value = env.get(name) ?? file[name];
    if (denosName && value && env.get(denosName) === undefined) {
      env.set(denosName, value);
    }
    return [name, value];
  }));
}

/** Whether Deno may reach servers through a proxy. */
export function hasProxy(env: Pick<ProcessEnvironment, "get">): boolean {
  const names = ["HTTPS_PROXY", "HTTP_PROXY", ...PROXY_ALIASES];
  return names.some((name) => env.get(name));
}
