/**
 * Python and the official SDK for it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { installedOnce } from "./installed_once.ts";

/** The version all these tests were tried with. */
const VERSION = "2.14.0";

const PYTHON = Deno.build.os === "windows" ? "python" : "python3";

/** Why Python cannot be used here; `null` if it can. */
export async function whyNoPython(): Promise<string | null> {
  try {
    const { success } = await run("-m", "pip", "--version");
    return success ? null : `${PYTHON} has no pip`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${PYTHON}`;
    throw error;
  }
}

/**
 * Runs a Python program that may import `anthropic`, which is installed in the
 * user's cache folder unless it is there.
 *
 * @returns What it printed, line by line.
 */
export async function runPython(
  program: URL,
  ...args: string[]
): Promise<string[]> {
  const folder = await installedOnce({
    name: `python-sdk-${VERSION}`,
    proof: "anthropic",
    install: pipInstall,
  });
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, {
    args: [fileURLToPath(program), ...args],
    env: { PYTHONPATH: folder, NO_PROXY: "127.0.0.1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (!success) {
    throw new Error(`Cannot run Python: ${new TextDecoder().decode(stderr)}`);
  }
  return text.split("\n").filter((line) => line !== "");
}

/** Into a separate folder: neither the system's nor the user's is changed. */
async function pipInstall(folder: string): Promise<void> {
  const { success, stderr } = await run(
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
    ...["--target", folder, `anthropic==${VERSION}`],
  );
  if (success) return;
  const said = new TextDecoder().decode(stderr);
  throw new Error(`Cannot install the SDK ${VERSION} with pip: ${said}`);
}

function run(...args: string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command(PYTHON, { args, stdin: "null" }).output();
}
