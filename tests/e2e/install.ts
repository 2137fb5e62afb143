/**
 * Gets Claude Code from npm, once per version and user.
 *
 * @module
 */
import { join } from "node:path";
import { installedOnce } from "./installed_once.ts";

const PACKAGE = "@anthropic-ai/claude-code";

/** The version all these tests were tried with. */
const VERSION = "2.1.328";

const PROGRAM = join("node_modules", ".bin", "claude");

/**
 * Installs Claude Code in the user's cache folder unless it is there.
 *
 * @returns Path of the program.
 */
export async function installClaudeCode(): Promise<string> {
  const folder = await installedOnce({
    name: `claude-code-${VERSION}`,
    proof: PROGRAM,
    install: npmInstall,
  });
  return join(folder, PROGRAM);
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
