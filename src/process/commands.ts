/**
 * Commands that start a proxy of their own.
 *
 * @module
 */
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
import { parseConfig } from "../config/config.ts";
import { hasProxy } from "../config/environment.ts";
import { createLogger } from "../log.ts";
import { startClaudeCode } from "./claude_code.ts";
import {
  loadEnvironment,
  loadServeSettings,
  orRefuse,
} from "./load_settings.ts";
import { STORE_PATIENCE_MS } from "./common.ts";
import { openLog } from "./open_log.ts";
import { reachThisMachineDirectly } from "./reach_this_machine.ts";
import { serve, surviveStrayErrors } from "./serve.ts";
import { serveAlone } from "./serve_alone.ts";
import type { Program } from "./run_command.ts";
import type { Serving } from "./serving.ts";
import { complain, print } from "./terminal.ts";

/** How long a proxy without clients may take to shut down. */
const END = { timeoutMs: STORE_PATIENCE_MS };

/** Serves the embedded demo upstream. */
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

/**
 * Runs Claude Code on a running ccproxy, or on one of its own, and exits with
 * its code.
 */
export async function runClaude(
  args: string[],
  program: Program,
): Promise<never> {
  reachThisMachineDirectly();
  const environment = loadEnvironment();
  const isTold = MODEL_VARIABLES.some((name) => Deno.env.get(name));
  const noProxy = Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy");
  const [key] = environment.CCPROXY_API_KEY?.split(",") ?? [];
  const known = { url: proxyUrl(environment), key: key?.trim(), fetch };
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

/** Tries every model through a proxy of its own. */
export async function runDoctor(
  { json }: { json: boolean },
  program: Program,
): Promise<never> {
  reachThisMachineDirectly();
  const { config, isProxied } = loadServeSettings();
  const guards = { ...config.guards, rateLimit: null };
  const log = createLogger({
    level: "ERROR",
    write: () => {}, // the findings say it better
    now: Date.now,
    pretty: false,
  });
  const open = { guards, clientKeys: [], alertWebhook: null, telemetry: null };
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

/** Stays off the terminal, which is Claude Code's, and off a port in use. */
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
