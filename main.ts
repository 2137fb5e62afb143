/**
 * The composition root: arguments, environment, everything impure. The only
 * file that touches `Deno.env`, `Deno.serve` and `Deno.exit`.
 *
 * @module
 */
import { createApp } from "./src/app.ts";
import { parseArguments, type UsageCommand } from "./src/cli/arguments.ts";
import {
  childVariables,
  CLAUDE_CODE_FORBIDDEN,
  CLAUDE_CODE_MISSING,
  MODEL_VARIABLES,
  modelVariables,
  proxyUrl,
  whoAnswers,
} from "./src/cli/claude.ts";
import { describeConfig, describeRow } from "./src/cli/config.ts";
import { demoConfig, showDemo } from "./src/cli/demo.ts";
import {
  examine,
  type Finding,
  findingsTable,
  isWell,
  REQUESTS_PER_MODEL,
  toPatients,
} from "./src/cli/doctor.ts";
import { helpText } from "./src/cli/help.ts";
import {
  findModel,
  listModels,
  modelsTable,
  modelsText,
} from "./src/cli/models.ts";
import { askUsage, describeUsage, UsageError } from "./src/cli/usage.ts";
import { refusalText } from "./src/cli/refusal.ts";
import { type Config, ConfigError, parseConfig } from "./src/config/config.ts";
import { configJsonSchema } from "./src/config/config_schema.ts";
import { createDeps } from "./src/deps.ts";
import { handToDeno, hasProxy } from "./src/config/environment.ts";
import { createLogger, type Logger } from "./src/log.ts";
import { createLedger } from "./src/ledger/ledger.ts";
import { OpenRequests } from "./src/open_requests.ts";
import { watchEventLoop } from "./src/observe/event_loop.ts";
import { startAlarm } from "./src/observe/alarm.ts";
import { createMetrics } from "./src/observe/metrics.ts";
import { createWebhook } from "./src/observe/webhook.ts";
import { createPdfReader } from "./src/pdf/reader.ts";
import { isPdfWorker, servePdfText } from "./src/pdf/worker.ts";
import { Calibrations } from "./src/tokens/calibrations.ts";
import { createTokenCounter } from "./src/tokens/counter.ts";
import { isTokenWorker, serveTokenCounts } from "./src/tokens/worker.ts";
import { randomHex } from "./src/random_hex.ts";
import { redact } from "./src/secret.ts";
import { sleep } from "./src/sleep.ts";
import { probe } from "./src/transport/probe.ts";
import { createTransport } from "./src/transport/transport.ts";
import { platformDataDir } from "./src/store/data_dir.ts";
import { KeptLessons } from "./src/store/kept_lessons.ts";
import { createKvStore } from "./src/store/kv_store.ts";
import type { Store } from "./src/store/store.ts";
import { createTypedStore } from "./src/store/typed_store.ts";
import type { Telemetry } from "./src/telemetry/telemetry.ts";
import type { StoreSettings } from "./src/config/store_settings.ts";
import {
  createVariableReader,
  readEnvironment,
  readSettings,
  type Surroundings,
} from "./src/config/settings.ts";
import { PLATFORM_VARIABLES } from "./src/config/variables.ts";
import { VERSION } from "./src/version.ts";

/** Exit codes of sysexits.h: wrong usage, no such service, wrong settings. */
const EX_USAGE = 64, EX_UNAVAILABLE = 69, EX_CONFIG = 78;

/** What start and end wait for the store; it usually takes 10 ms. */
const STORE_PATIENCE_MS = 1_000;

const encoder = new TextEncoder();
const print = (text: string) =>
  void Deno.stdout.writeSync(encoder.encode(text));
const complain = (text: string) =>
  void Deno.stderr.writeSync(encoder.encode(text));

/** Settings with all that the environment has to say. */
interface Settled extends Config {
  /** Upstreams may be reached through a proxy. */
  isProxied: boolean;
}

const surroundings: Surroundings = {
  getVariable: (name) => Deno.env.get(name),
  readFile(path) {
    try {
      return Deno.readTextFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  },
};

// The program is one file when it is compiled, so it is its own workers, too.
if (isTokenWorker(self)) serveTokenCounts(self);
else if (isPdfWorker(self)) servePdfText(self);
else if (import.meta.main) await main();

async function main(): Promise<void> {
  const command = parseArguments(Deno.args);
  const read = () => settings(() => readSettings(surroundings));
  switch (command.name) {
    case "help":
      return print(helpText(command.of));
    case "version":
      return print(`ccproxy ${VERSION}\n`);
    case "mistake":
      complain(`ccproxy: ${command.message}\n\n${helpText(null)}`);
      return Deno.exit(EX_USAGE);
    case "serve":
      return void await serve(lastSettings());
    case "demo":
      return await demo();
    case "claude":
      return await claude(command.operands);
    case "doctor":
      return await doctor(command);
    case "models":
      return models(read(), command);
    case "usage":
      return await usage(command);
    case "config check":
      return print(describeConfig(read()));
    case "config schema":
      return print(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  }
}

/** Shows where model names go: all of the settings', or one. */
function models(
  config: Config,
  { operands: [name], json }: { operands: string[]; json: boolean },
): void {
  const facts = name === undefined
    ? listModels(config)
    : findModel(name, config);
  if (facts.length === 0) {
    complain(`ccproxy: nobody answers for "${name}"; try \`ccproxy models\`\n`);
    return Deno.exit(1);
  }
  if (json) return print(`${JSON.stringify(facts, null, 2)}\n`);
  print(name === undefined ? modelsTable(facts) : modelsText(facts));
}

/** All settings, or the end of the program. */
function settings(read: () => Config): Config {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(error.problems);
  }
}

function refuse(problems: readonly string[]): never {
  complain(refusalText(problems));
  return Deno.exit(EX_CONFIG);
}

/**
 * Settings to serve with, complete: where the store is, too.
 *
 * The file may name any variable for a key, hence the permission to read them
 * all; dependencies that wake up later have no use for it. A KV Connect server
 * needs it on: Deno itself reads the token where it connects.
 */
function lastSettings(): Settled {
  const config = settings(() => readSettings(surroundings));
  handToDeno(readEnvironment(createVariableReader(surroundings)), Deno.env);
  const isProxied = hasProxy(Deno.env);
  const store = located(config.store);
  if (store.kind !== "connect") Deno.permissions.revokeSync({ name: "env" });
  return { ...config, store, isProxied };
}

/** Serves until it is told to stop; returns where it listens. */
async function serve(config: Settled): Promise<string> {
  Deno.permissions.revokeSync({ name: "run" });
  const log = createLogger({
    level: config.logLevel,
    write: complain,
    now: Date.now,
    pretty: Deno.stderr.isTerminal(),
  });
  const running = await start(config, log);
  surviveStrayErrors(log);
  const timeoutMs = config.shutdownTimeoutMs;
  drainOnSignals({ ...running, log, timeoutMs });
  return running.url;
}

/** A proxy that serves. */
interface Running {
  url: string;
  server: Deno.HttpServer<Deno.NetAddr>;
  openRequests: OpenRequests;
  store: Store;
  /** `null`: nobody takes any. */
  telemetry: Telemetry | null;
}

/** Takes the port and serves. */
async function start(config: Settled, log: Logger): Promise<Running> {
  const createClient = () =>
    Deno.createHttpClient({
      poolMaxIdlePerHost: config.pool.maxIdleConnections,
      poolIdleTimeout: config.pool.idleMs,
    });
  checkCertificates(createClient);
  const transport = createTransport({
    fetch,
    createClient,
    probe: config.isProxied ? null : probe,
    pool: config.pool,
    connectTimeoutMs: config.timeouts.connectMs,
  });
  const openRequests = new OpenRequests();
  const metrics = createMetrics();
  const webhook = config.alertWebhook;
  const alarm = startAlarm({
    log,
    now: Date.now,
    deliver: webhook && createWebhook({ url: webhook.reveal(), fetch, log }),
  });
  const telemetry = await telemetryOf(config, log);
  watchEventLoop(metrics.eventLoopDelay);
  const tokens = createTokenCounter({ workerUrl: import.meta.url });
  const store = createTypedStore(createKvStore({
    open: () => openKv(config.store),
    log,
  }));
  const lessons = new KeptLessons({ store, now: Date.now });
  const calibrations = new Calibrations(store);
  await soon(Promise.all([lessons.load(), calibrations.load()]));
  const app = createApp(createDeps(config, {
    transport: transport.send,
    fetch,
    log,
    tokens,
    store,
    calibrations,
    readPdf: createPdfReader({ workerUrl: import.meta.url }),
    openRequests,
    lessons,
    metrics,
    ledger: createLedger({ store }),
    observers: [alarm.observe],
    telemetry,
  }));
  const server = listen(config, app.fetch);
  const { hostname, port } = server.addr;
  const url = `http://${
    hostname.includes(":") ? `[${hostname}]` : hostname
  }:${port}`;
  log.info("listening", {
    url,
    upstreams: config.upstreams.map((upstream) => redact(upstream.url)),
    models: config.models.map(describeRow),
  });
  for (const notice of config.notices) log.warn(notice);
  tokens.warm();
  return { url, server, openRequests, store, telemetry };
}

/** Loads what sends telemetry only where it is wanted. */
async function telemetryOf(
  { telemetry: settings }: Config,
  log: Logger,
): Promise<Telemetry | null> {
  if (!settings) return null;
  const { startTelemetry } = await import("./src/telemetry/telemetry.ts");
  const { random } = Math;
  return startTelemetry(settings, { fetch, log, sleep, random, randomHex });
}

/** Deno reads the file of certificates for the first client, and may fail. */
function checkCertificates(createClient: () => Deno.HttpClient): void {
  try {
    createClient().close();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    refuse([`NODE_EXTRA_CA_CERTS: expected a file of certificates: ${why}`]);
  }
}

/** The store's settings with the folder where the platform keeps data. */
function located(settings: StoreSettings): StoreSettings {
  if (settings.kind !== "file") return settings;
  const folder = settings.folder ?? platformDataDir({
    os: Deno.build.os,
    ...Object.fromEntries(
      PLATFORM_VARIABLES.map((name) => [name, Deno.env.get(name)]),
    ),
  });
  return { kind: "file", folder };
}

/**
 * Opens the store's database. What it holds is for its owner alone: answers are
 * private, and SQLite makes files that everybody may read.
 */
async function openKv(settings: StoreSettings): Promise<Deno.Kv> {
  if (settings.kind === "memory") return await Deno.openKv(":memory:");
  if (settings.kind === "connect") {
    // Deno reads it there; it may come from .env.
    Deno.env.set("DENO_KV_ACCESS_TOKEN", settings.token.reveal());
    return await Deno.openKv(settings.url);
  }
  const { folder } = settings;
  if (folder === null) {
    throw new Error("No place for it: set CCPROXY_DATA_DIR, or HOME");
  }
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  return await Deno.openKv(`${folder}/store.kv`);
}

/** Waits for the store, but not for a slow one. */
async function soon(work: Promise<unknown>): Promise<void> {
  await Promise.race([
    work,
    new Promise((resolve) => setTimeout(resolve, STORE_PATIENCE_MS)),
  ]);
}

/** The program's own requests to a proxy on this machine take no way around. */
function reachThisMachineDirectly(): void {
  const { NO_PROXY } = readEnvironment(createVariableReader(surroundings));
  const hosts = [NO_PROXY, "127.0.0.1", "localhost", "::1"];
  Deno.env.set("NO_PROXY", hosts.filter(Boolean).join(","));
}

/** Takes the port, or says that it is taken: Ollama's default is the same. */
function listen(
  { host: hostname, port }: Config,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, onListen: () => {} }, handler);
  } catch (error) {
    const why = error instanceof Deno.errors.AddrInUse
      ? "another program has it"
      : error instanceof Error
      ? error.message
      : String(error);
    complain(
      `ccproxy cannot listen on ${hostname}:${port}: ${why}\n` +
        "Choose another with HOST and PORT, e.g. PORT=11435.\n",
    );
    return Deno.exit(EX_UNAVAILABLE);
  }
}

async function demo(): Promise<void> {
  // Only the demo needs them; loading them would slow every other start.
  const { demo } = await import("./src/demo/dialect.ts");
  const { serveDemoUpstream } = await import("./src/demo/serve.ts");
  const upstream = serveDemoUpstream({
    firstChunkMs: 300,
    chunkMs: 25,
    keepExchanges: 10,
  });
  const { HOST, PORT, ALLOW_OPEN, UPSTREAM_API, LOG_LEVEL = "WARN" } =
    readEnvironment(createVariableReader(surroundings));
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
  const config = settings(() => parseConfig(environment, { file }));
  const upstreams = config.upstreams
    .map((upstream) => ({ ...upstream, dialect: demo }));
  const url = await serve({
    ...config,
    upstreams,
    isProxied: hasProxy(Deno.env),
  });
  await showDemo({ url, fetch, write: print });
}

async function usage({ query, json }: UsageCommand): Promise<void> {
  const { HOST, PORT, CCPROXY_API_KEY } = readEnvironment(
    createVariableReader(surroundings),
  );
  try {
    const asked = { host: HOST, port: PORT, keys: CCPROXY_API_KEY, query };
    const text = await askUsage(asked, { fetch });
    print(json ? `${text}\n` : describeUsage(text));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`ccproxy: ${error.message}\n`);
    return Deno.exit(error.isMistake ? EX_USAGE : EX_UNAVAILABLE);
  }
}

/**
 * Runs Claude Code on a ccproxy that is there, or on one of its own, and ends
 * as it ends.
 */
async function claude(args: string[]): Promise<void> {
  reachThisMachineDirectly();
  const environment = readEnvironment(createVariableReader(surroundings));
  const isTold = MODEL_VARIABLES.some((name) => Deno.env.get(name));
  const noProxy = Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy");
  const [key] = environment.CCPROXY_API_KEY?.split(",") ?? [];
  const known = { url: proxyUrl(environment), key: key?.trim(), fetch };
  const who = await whoAnswers(known);
  const own = who === "ccproxy" ? null : await serveForClaude(who);
  const access = { ...known, ...own && { url: own.url } };
  const env = {
    ...(isTold ? {} : await modelVariables(access)),
    ...childVariables(access, { noProxy }),
  };
  const child = runClaudeCode(args, env);
  const { code } = await child.status;
  if (own) await stop(own);
  Deno.exit(code);
}

/** Ends a proxy whose only client is done. */
async function stop(
  { openRequests, server, ...rest }: Running,
): Promise<void> {
  await openRequests.drain(server, { timeoutMs: STORE_PATIENCE_MS });
  await flush(rest);
}

/** Sends on what is still to be kept or told, unless that takes too long. */
async function flush(
  { store, telemetry }: Pick<Running, "store" | "telemetry">,
): Promise<void> {
  await soon(Promise.all([store.flush(), telemetry?.close()]));
}

/** Tries every model through a proxy that nobody else knows of. */
async function doctor({ json }: { json: boolean }): Promise<void> {
  reachThisMachineDirectly();
  const config = lastSettings();
  const guards = { ...config.guards, rateLimit: null };
  const log = createLogger({
    level: "ERROR",
    write: () => {}, // the findings tell it better
    now: Date.now,
    pretty: false,
  });
  const proxy = await start({
    ...{
      ...config,
      guards,
      clientKeys: [],
      alertWebhook: null,
      telemetry: null,
    },
    ...{ host: "127.0.0.1", port: 0 },
  }, log);
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
  await stop(proxy);
  Deno.exit(isWell(findings) ? 0 : 1);
}

/** Keeps off a terminal, which is Claude Code's, and off a port that is taken. */
async function serveForClaude(who: "another" | "nobody"): Promise<Running> {
  const { LOG_LEVEL } = readEnvironment(createVariableReader(surroundings));
  const config = lastSettings();
  const log = createLogger({
    level: LOG_LEVEL ? config.logLevel : "WARN",
    write: Deno.stderr.isTerminal() ? () => {} : complain,
    now: Date.now,
    pretty: false,
  });
  const port = who === "another" ? 0 : config.port;
  const running = await start({ ...config, port }, log);
  surviveStrayErrors(log);
  return running;
}

/** The one program that may be run; the permission goes once it runs. */
function runClaudeCode(
  args: string[],
  env: Record<string, string>,
): Deno.ChildProcess {
  try {
    const child = new Deno.Command("claude", { args, env }).spawn();
    let isOver = false;
    child.status.then(() => isOver = true);
    // The terminal sends Ctrl+C to both, and Claude Code knows what it means.
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

/** Deno ends the process over a promise nobody awaits; one request is not worth it. */
function surviveStrayErrors(log: Logger): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("unhandled rejection", {
      reason: redact(String(event.reason)),
    });
  });
}

/** Running answers may finish; a second signal, or the deadline, ends them. */
function drainOnSignals(
  { server, openRequests, log, timeoutMs, ...rest }: Running & {
    log: Logger;
    timeoutMs: number;
  },
): void {
  const stop = async () => {
    if (openRequests.isDraining) return Deno.exit(1);
    log.info("draining", { requests: openRequests.count, timeoutMs });
    const isFinished = await openRequests.drain(server, { timeoutMs });
    if (!isFinished) log.warn("answers cut off by shutdown");
    await flush(rest);
    Deno.exit(isFinished ? 0 : 1);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}
