/**
 * Commands that need more of the process than its output.
 *
 * @module
 */
import type { UsageCommand } from "../cli/arguments.ts";
import {
  childVariables,
  MODEL_VARIABLES,
  modelVariables,
  proxyUrl,
  whoAnswers,
} from "../cli/claude.ts";
import { demoConfig, showDemo } from "../cli/demo.ts";
import {
  examine,
  type Finding,
  findingsTable,
  isWell,
  REQUESTS_PER_MODEL,
  toPatients,
} from "../cli/doctor.ts";
import { listModels } from "../cli/models.ts";
import { askUsage, describeUsage, UsageError } from "../cli/usage.ts";
import {
  checkCache,
  describeWarming,
  readWarmRequests,
  warmCache,
  WarmFileError,
  WarmProxyError,
} from "../cli/warm.ts";
import { parseConfig } from "../config/config.ts";
import type { Environment } from "../config/variables.ts";
import { hasProxy } from "../config/environment.ts";
import { createLogger } from "../log.ts";
import { startClaudeCode } from "./claude_code.ts";
import { EX_DATAERR, EX_UNAVAILABLE, EX_USAGE } from "./exit.ts";
import {
  loadEnvironment,
  loadServeSettings,
  orRefuse,
} from "./load_settings.ts";
import { STORE_PATIENCE_MS } from "./common.ts";
import { openLog } from "./open_log.ts";
import { serve, surviveStrayErrors } from "./serve.ts";
import { serveAlone } from "./serve_alone.ts";
import type { Serving } from "./serving.ts";
import { complain, print } from "./terminal.ts";

/** The module to run as a worker: the program itself. */
interface Program {
  workerUrl: string;
}

/** What a proxy may take to end that has no clients any more. */
const END = { timeoutMs: STORE_PATIENCE_MS };

/** Serves on the embedded upstream. */
export async function runDemo(program: Program): Promise<void> {
  // Only the demo needs them; loading them would slow every other start.
  const { demo } = await import("../demo/dialect.ts");
  const { serveDemoUpstream } = await import("../demo/serve.ts");
  const upstream = serveDemoUpstream({
    firstChunkMs: 300,
    chunkMs: 25,
    keepExchanges: 10,
  });
  const { HOST, PORT, ALLOW_OPEN, UPSTREAM_API, LOG_LEVEL = "WARN" } =
    loadEnvironment();
  const api = UPSTREAM_API?.toLowerCase() === "responses"
    ? "responses"
    : "chat";
  const environment = {
    HOST,
    PORT,
    ALLOW_OPEN,
    LOG_LEVEL,
    CCPROXY_DATA_DIR: ":memory:",
  };
  const file = { path: "demo", text: demoConfig(upstream.baseUrl, api) };
  const config = orRefuse(() => parseConfig(environment, { file }));
  const upstreams = config.upstreams
    .map((upstream) => ({ ...upstream, dialect: demo }));
  const settings = {
    config: { ...config, upstreams },
    isProxied: hasProxy(Deno.env),
  };
  const url = await serve(settings, program);
  await showDemo({ url, fetch, write: print });
}

/** Asks the proxy that runs what was used. */
export async function runUsage({ query, json }: UsageCommand): Promise<void> {
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

/** Has the proxy that runs ask what is in a file, and keep the answers. */
export async function runWarm(
  { operands: [path = ""] }: { operands: string[] },
): Promise<void> {
  reachThisMachineDirectly();
  const environment = loadEnvironment();
  const deps = {
    url: proxyUrl(environment),
    key: firstKey(environment),
    fetch,
    write: complain,
    now: () => performance.now(),
  };
  try {
    const requests = readWarmRequests(await readText(path));
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

function firstKey({ CCPROXY_API_KEY }: Environment): string | undefined {
  return CCPROXY_API_KEY?.split(",")[0]?.trim();
}

/**
 * Runs Claude Code on a ccproxy that is there, or on one of its own, and ends
 * as it ends.
 */
export async function runClaude(
  args: string[],
  program: Program,
): Promise<never> {
  reachThisMachineDirectly();
  const environment = loadEnvironment();
  const isTold = MODEL_VARIABLES.some((name) => Deno.env.get(name));
  const noProxy = Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy");
  const known = {
    url: proxyUrl(environment),
    key: firstKey(environment),
    fetch,
  };
  const who = await whoAnswers(known);
  const own = who === "ccproxy" ? null : await serveForClaude(who, program);
  const access = { ...known, ...own && { url: own.url } };
  const env = {
    ...(isTold ? {} : await modelVariables(access)),
    ...childVariables(access, { noProxy }),
  };
  const child = startClaudeCode(args, env);
  const { code } = await child.status;
  await own?.drain(END);
  return Deno.exit(code);
}

/** Tries every model through a proxy that nobody else knows of. */
export async function runDoctor(
  { json }: { json: boolean },
  program: Program,
): Promise<never> {
  reachThisMachineDirectly();
  const { config, isProxied } = loadServeSettings();
  const guards = { ...config.guards, rateLimit: null };
  const log = createLogger({
    level: "ERROR",
    write: () => {}, // the findings tell it better
    now: Date.now,
    pretty: false,
  });
  const open = { guards, clientKeys: [], alertWebhook: null };
  const place = { host: "127.0.0.1", port: 0 };
  const proxy = await serveAlone(
    { config: { ...config, ...open, ...place }, isProxied },
    { ...program, log },
  );
  const patients = toPatients(listModels(config));
  const count = patients.length * REQUESTS_PER_MODEL;
  complain(`${count} small requests, ${REQUESTS_PER_MODEL} to a model:\n`);
  const findings: Finding[] = [];
  for (const patient of patients) {
    const deps = { url: proxy.url, fetch, write: complain };
    findings.push(await examine(patient, deps));
  }
  print(
    json
      ? `${JSON.stringify(findings, null, 2)}\n`
      : `\n${findingsTable(findings)}`,
  );
  await proxy.drain(END);
  return Deno.exit(isWell(findings) ? 0 : 1);
}

/** Keeps off a terminal, which is Claude Code's, and off a port that is taken. */
async function serveForClaude(
  who: "another" | "nobody",
  program: Program,
): Promise<Serving> {
  const { LOG_LEVEL } = loadEnvironment();
  const { config, isProxied } = loadServeSettings();
  const isQuiet = Deno.stderr.isTerminal() || config.logFile !== null;
  const { log, flush } = openLog(config, {
    level: LOG_LEVEL || config.logFile !== null ? config.logLevel : "WARN",
    write: isQuiet ? () => {} : complain,
    pretty: false,
  });
  surviveStrayErrors(log);
  const port = who === "another" ? 0 : config.port;
  const settings = { config: { ...config, port }, isProxied };
  const serving = await serveAlone(settings, { ...program, log });
  return {
    ...serving,
    async drain(limits) {
      const isFinished = await serving.drain(limits);
      await flush();
      return isFinished;
    },
  };
}

/** The program's own requests to a proxy on this machine take no way around. */
function reachThisMachineDirectly(): void {
  const { NO_PROXY } = loadEnvironment();
  const hosts = [NO_PROXY, "127.0.0.1", "localhost", "::1"];
  Deno.env.set("NO_PROXY", hosts.filter(Boolean).join(","));
}
