import { CLAUDE_CODE_FORBIDDEN, CLAUDE_CODE_MISSING } from "../cli/claude.ts";
import { EX_UNAVAILABLE } from "./exit.ts";
import { complain } from "./terminal.ts";

/**
 * Starts Claude Code on this terminal, or exits. It is the only program that
 * may be run; the permission is dropped once it runs.
 */
export function startClaudeCode(
  args: string[],
  env: Record<string, string>,
): Deno.ChildProcess {
  try {
    const child = new Deno.Command("claude", { args, env }).spawn();
    let isOver = false;
    child.status.then(() => isOver = true);
    // The terminal sends Ctrl+C to both processes; Claude Code handles it.
    Deno.addSignalListener("SIGINT", () => {});
    if (Deno.build.os !== "windows") {
      for (const signal of ["SIGTERM", "SIGHUP"] as const) {
        Deno.addSignalListener(signal, () => isOver || child.kill(signal));
      }
    }
    return child;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) complain(CLAUDE_CODE_MISSING);
    else if (error instanceof Deno.errors.NotCapable) {
      complain(CLAUDE_CODE_FORBIDDEN);
    } else throw error;
    return Deno.exit(EX_UNAVAILABLE);
  } finally {
    Deno.permissions.revokeSync({ name: "run" });
  }
}
