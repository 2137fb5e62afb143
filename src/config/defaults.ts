import { type Environment, VARIABLES } from "./variables.ts";

/** OpenRouter's base URL. */
export const OPENROUTER_URL = "https://openrouter.ai/api/v1";

const ANTHROPIC_URL = "https://api.anthropic.com/v1";

/** Blank variables count as not set: `.env` files are full of them. */
export function withoutBlanks(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()])
      .filter(([, value]) => value),
  );
}

/** What is set, with defaults for the rest; some depend on what is set. */
export function withDefaults(set: Environment): Environment {
  const defaults: Environment = Object.fromEntries(
    Object.entries(VARIABLES)
      .map(([name, variable]) => [
        name,
        "default" in variable ? variable.default : undefined,
      ]),
  );
  const isAlone = set.OPENROUTER_API_KEY && !set.OPENAI_API_KEY;
  const isAnthropic = set.UPSTREAM_API?.toLowerCase() === "anthropic";
  return {
    ...defaults,
    ...(isAnthropic ? { OPENAI_BASE_URL: ANTHROPIC_URL } : {}),
    ...(isAlone ? { OPENAI_BASE_URL: OPENROUTER_URL } : {}),
    ...set,
  };
}
