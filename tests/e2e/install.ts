/**
 * Gets Claude Code from npm, once per version and user.
 *
 * @module
 */
import { join } from "node:path";

const PACKAGE = "@anthropic-ai/claude-code";

/** The version every promise here was tried with. */
const VERSION = "2.1.328";

/**
 * Installs Claude Code in the user's cache folder unless it is there.
 *
 * @returns Path of the program.
 */
export async function installClaudeCode(): Promise<string> {
  const cache = join(cacheFolder(), "ccproxy");
  const folder = join(cache, `claude-code-${VERSION}`);
  const program = join(folder, "node_modules", ".bin", "claude");
  if (await exists(program)) return program;
  await Deno.mkdir(cache, { recursive: true });
  // Renamed when it is complete: half an installation is none.
  const unfinished = await Deno.makeTempDir({ dir: cache });
  await npmInstall(unfinished);
  try {
    await Deno.rename(unfinished, folder);
  } catch (error) {
    if (!(await exists(program))) throw error;
    await Deno.remove(unfinished, { recursive: true }); // another was faster
  }
  return program;
}

function cacheFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME");
  if (cache) return cache;
  const home = Deno.env.get("HOME");
  if (home) return join(home, ".cache");
  throw new Error("Cannot install Claude Code: HOME is not set");
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function npmInstall(folder: string): Promise<void> {
  const { success } = await new Deno.Command("npm", {
    args: [
      "install",
      ...["--prefix", folder],
      ...["--no-audit", "--no-fund", "--loglevel=error"],
      `${PACKAGE}@${VERSION}`,
    ],
    stdin: "null",
  }).output();
  if (!success) {
    throw new Error(`Cannot install ${PACKAGE}@${VERSION} with npm`);
  }
}
