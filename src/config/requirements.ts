/**
 * What settings require besides being valid on their own. Each function lists
 * what is missing, in sentences; empty: nothing is.
 *
 * @module
 */
import type { FileSettings } from "./config_file.ts";
import { usesEnvironment } from "./config_models.ts";
import { Flag } from "./guard_settings.ts";
import { hostOf } from "../host_of.ts";
import { isLoopback } from "../loopback.ts";
import type { Environment } from "./variables.ts";

/** OpenRouter's base URL. */
export const OPENROUTER_URL = "https://openrouter.ai/api/v1";

/** Without rows in the file, the environment must name the models. */
export function missingModels(
  { BIG_MODEL_NAME, SMALL_MODEL_NAME }: Environment,
  file: FileSettings | null,
): string[] {
  if (file && (file.rows.length > 0 || file.problems.length > 0)) return [];
  return [
    ...(BIG_MODEL_NAME ? [] : [
      "BIG_MODEL_NAME: expected the upstream model for Opus and Sonnet, e.g. gpt-5.6-sol, it is not set",
    ]),
    ...(SMALL_MODEL_NAME ? [] : [
      "SMALL_MODEL_NAME: expected the upstream model for Haiku, e.g. gpt-5-mini, it is not set",
    ]),
  ];
}

/** Only servers on this machine can be expected to need no key. */
export function missingKey(
  given: Environment,
  file: FileSettings | null,
): string[] {
  if (file && (file.problems.length > 0 || !usesEnvironment(given, file))) {
    return [];
  }
  const host = hostOf(given.OPENAI_BASE_URL);
  if (host === undefined || isLoopback(host)) return [];
  if (given.OPENAI_API_KEY) return [];
  if (given.OPENROUTER_API_KEY && isOpenRouter(host)) return [];
  return [
    `OPENAI_API_KEY: expected a key for ${host} (or OPENROUTER_API_KEY for OpenRouter), it is not set`,
  ];
}

/** Whoever reaches an open proxy spends its owner's money. */
export function openToAll(
  { HOST = "", CCPROXY_API_KEY, ALLOW_OPEN }: Environment,
): string[] {
  const mayBeOpen = Flag.safeParse(ALLOW_OPEN).data ?? false;
  if (isLoopback(HOST) || CCPROXY_API_KEY || mayBeOpen) return [];
  return [
    `HOST: expected a loopback address unless CCPROXY_API_KEY is set (or ALLOW_OPEN=true), got "${HOST}"`,
  ];
}

/** Whether a host is OpenRouter's. */
export function isOpenRouter(host: string): boolean {
  return host === new URL(OPENROUTER_URL).hostname;
}
