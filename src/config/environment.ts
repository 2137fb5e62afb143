import { type Environment, type Variable, VARIABLES } from "./variables.ts";

/** The process's environment, as in `Deno.env`. */
export interface ProcessEnvironment {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/**
 * Sets the variables that Deno reads itself, as they may come from `.env`; must
 * be called before the first connection.
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

/** Every variable in which Deno looks for a proxy. */
const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/** Whether Deno may reach servers through a proxy. */
export function hasProxy(env: Pick<ProcessEnvironment, "get">): boolean {
  return PROXIES.some((name) => env.get(name));
}
