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
 * Hands on the variables that Deno reads itself, as they may come from `.env`;
 * this has to come before the first connection.
 */
export function handToDeno(
  environment: Environment,
  env: ProcessEnvironment,
): void {
  const variables: [string, Variable][] = Object.entries(VARIABLES);
  const values: Record<string, string | undefined> = environment;
  for (const [name, { denosName }] of variables) {
    const value = values[name];
    if (denosName && value && env.get(denosName) === undefined) {
      env.set(denosName, value);
    }
  }
}

/** Whether Deno may reach servers through a proxy. */
export function hasProxy(env: Pick<ProcessEnvironment, "get">): boolean {
  const names = ["HTTPS_PROXY", "HTTP_PROXY", ...PROXY_ALIASES];
  return names.some((name) => env.get(name));
}
