/** What says where programs keep their data. */
export interface Platform {
  os: typeof Deno.build.os;
  HOME?: string | undefined;
  XDG_DATA_HOME?: string | undefined;
  LOCALAPPDATA?: string | undefined;
}

/**
 * The platform's folder for a program's data.
 *
 * @returns `null` if there is none, as in some containers.
 * @see {@link https://specifications.freedesktop.org/basedir-spec/latest/}
 */
export function platformDataDir(
  { os, HOME, XDG_DATA_HOME, LOCALAPPDATA }: Platform,
): string | null {
  if (os === "windows") return LOCALAPPDATA ? `${LOCALAPPDATA}\\ccproxy` : null;
  if (XDG_DATA_HOME?.startsWith("/")) return `${XDG_DATA_HOME}/ccproxy`;
  if (!HOME) return null;
  return os === "darwin"
    ? `${HOME}/Library/Application Support/ccproxy`
    : `${HOME}/.local/share/ccproxy`;
}
