import { proxyUrl } from "../cli/claude.ts";
import {
  checkCache,
  describeWarming,
  readWarmRequests,
  warmCache,
  type WarmDeps,
  WarmFileError,
  WarmProxyError,
} from "../cli/warm.ts";
import { EX_DATAERR, EX_UNAVAILABLE } from "./exit.ts";
import { loadEnvironment } from "./load_settings.ts";
import { reachThisMachineDirectly } from "./reach_this_machine.ts";
import { complain, print } from "./terminal.ts";

/** Makes the running proxy send a file's requests, and keep the answers. */
export async function runWarm(
  { operands: [path = ""] }: { operands: string[] },
): Promise<void> {
  reachThisMachineDirectly();
  const environment = loadEnvironment();
  const [key] = environment.CCPROXY_API_KEY?.split(",") ?? [];
  try {
    const requests = readWarmRequests(await readText(path));
    const deps: WarmDeps = {
      url: proxyUrl(environment),
      key: key?.trim(),
      fetch,
      write: complain,
      now: () => performance.now(),
    };
    const notice = await checkCache(deps);
    if (notice) complain(`ccproxy: ${notice}\n`);
    const sum = await warmCache(requests, deps);
    print(describeWarming(sum));
    if (sum.failed > 0) Deno.exit(1);
  } catch (error) {
    if (error instanceof WarmProxyError) {
      complain(`ccproxy: ${error.message}\n`);
      Deno.exit(EX_UNAVAILABLE);
    }
    if (!(error instanceof WarmFileError)) throw error;
    const problems = error.problems.map((problem) => `  ${problem}\n`);
    complain(
      `ccproxy: Cannot take requests from ${path}:\n${problems.join("")}`,
    );
    Deno.exit(EX_DATAERR);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WarmFileError([why]);
  }
}
