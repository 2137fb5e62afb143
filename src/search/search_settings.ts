import { z } from "zod";
import type { Secret } from "../secret.ts";
import type { EngineConfig } from "./engine.ts";

const BRAVE_URL = "https://api.search.brave.com/res/v1/web/search";

/** Checks of the variables that say who searches the web, but for the key. */
export const SEARCH_VARIABLES = {
  SEARCH_URL: z.url({
    protocol: /^https?$/,
    error: "a URL, e.g. http://127.0.0.1:8888/search",
  }).optional(),
};

/** With Brave's key, `SEARCH_URL` is where Brave is asked. */
export function toSearchSettings(
  { SEARCH_URL, BRAVE_API_KEY }: {
    SEARCH_URL?: string | undefined;
    BRAVE_API_KEY?: Secret | undefined;
  },
): EngineConfig | null {
  if (BRAVE_API_KEY) {
    return { kind: "brave", url: SEARCH_URL ?? BRAVE_URL, key: BRAVE_API_KEY };
  }
  return SEARCH_URL ? { kind: "searxng", url: SEARCH_URL, key: null } : null;
}
