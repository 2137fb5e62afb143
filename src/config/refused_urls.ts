import type { FileSettings } from "./config_file.ts";
import { usesEnvironment } from "./config_models.ts";
import { dialectOf } from "../dialects/registry.ts";
import { isLoopback } from "../loopback.ts";
import type { Environment } from "./variables.ts";

/** The settings used here. */
export interface UrlRestriction {
  OPENAI_BASE_URL: string;
  RESTRICT_BASE_URL: boolean;
  ALLOWED_BASE_URL_HOSTS: readonly string[];
}

/**
 * Keeps keys and prompts from being sent to a wrong URL.
 *
 * @returns A problem for each URL that is refused.
 */
export function refusedUrls(
  { OPENAI_BASE_URL, RESTRICT_BASE_URL, ALLOWED_BASE_URL_HOSTS }:
    UrlRestriction,
  { set, file }: { set: Environment; file: FileSettings | null },
): string[] {
  if (!RESTRICT_BASE_URL) return [];
  const isAsked = !file || usesEnvironment(set, file);
  const places = [
    ...(isAsked ? [["OPENAI_BASE_URL", OPENAI_BASE_URL] as const] : []),
    ...(file?.upstreams ?? [])
      .map(({ name, url }) => [`upstreams.${name}.url`, url] as const),
  ];
  return places.flatMap(([place, url]) => {
    const { protocol, hostname } = new URL(url);
    if (isLoopback(hostname)) return [];
    const isKnown = ALLOWED_BASE_URL_HOSTS.includes(hostname) ||
      dialectOf(hostname).hosts.length > 0;
    return [
      ...(protocol === "https:"
        ? []
        : [`${place}: expected https with RESTRICT_BASE_URL, got http`]),
      ...(isKnown ? [] : [
        `${place}: expected a host in ALLOWED_BASE_URL_HOSTS, got "${hostname}"`,
      ]),
    ];
  });
}
