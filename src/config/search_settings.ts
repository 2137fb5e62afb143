import type { EngineConfig } from "../search/engine.ts";
import type { Secret } from "../secret.ts";

const BRAVE_URL = "https://api.search.brave.com/res/v1/web/search";

/** With Brave's key, `SEARCH_URL` is the URL of Brave's API. */
export function toSearchEngine(
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
