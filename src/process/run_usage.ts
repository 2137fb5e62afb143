import type { UsageCommand } from "../cli/arguments.ts";
import { askUsage, describeUsage, UsageError } from "../cli/usage.ts";
import { EX_UNAVAILABLE, EX_USAGE } from "./exit.ts";
import { loadEnvironment } from "./load_settings.ts";
import { reachThisMachineDirectly } from "./reach_this_machine.ts";
import { complain, print } from "./terminal.ts";

/** Asks the running proxy what was used. */
export async function runUsage({ query, json }: UsageCommand): Promise<void> {
  reachThisMachineDirectly();
  const { HOST, PORT, CCPROXY_API_KEY } = loadEnvironment();
  try {
    const asked = { host: HOST, port: PORT, keys: CCPROXY_API_KEY, query };
    const text = await askUsage(asked, { fetch });
    print(json ? `${text}\n` : describeUsage(text));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`ccproxy: ${error.message}\n`);
    Deno.exit(error.isMistake ? EX_USAGE : EX_UNAVAILABLE);
  }
}
