/**
 * Compiles programs. This needs a runtime that Deno downloads; if it cannot be
 * downloaded, a script beside the checkout provides it.
 *
 * @module
 */

/** The compiler that belongs to the provided runtime. */
const COMPILER = "deno@2.7.11";

const ROOT = new URL("../", import.meta.url);
const PROVIDER = new URL("../shared/runtime/denort", ROOT);

/** Whether there is a runtime to compile with. */
export const isProvided = exists(PROVIDER);

/** Compiles ccproxy with the project's own task; returns the file. */
export async function compileCcproxy(): Promise<string> {
  await compile(["task", "compile"]);
  return new URL("dist/ccproxy", ROOT).pathname;
}

/** Compiles a program that uses the network and variables. */
export async function compileFile(
  entry: string,
  { output }: { output: string },
): Promise<void> {
  await compile([
    ...["compile", "-q", "--no-config", "--no-lock", "--no-check"],
    ...["--allow-net", "--allow-env", "--output", output, entry],
  ]);
}

async function compile(args: string[]): Promise<void> {
  const runtime = await run("bash", [PROVIDER.pathname]);
  await run("npx", ["-y", COMPILER, ...args], { DENORT_BIN: runtime.trim() });
}

/** Runs a program in the project's folder; returns what it prints. */
export async function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const command = new Deno.Command(program, { args, env, cwd: ROOT });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url).isFile;
  } catch {
    return false;
  }
}
