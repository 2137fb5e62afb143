/**
 * The composition root: arguments, environment, everything impure. The only
 * file that touches `Deno.env`, `Deno.serve` and `Deno.exit`.
 *
 * @module
 */
import { parseEnv } from "node:util";
import { createApp } from "./src/app.ts";
import { parseArguments } from "./src/cli/arguments.ts";
import { showDemo } from "./src/cli/demo.ts";
import { helpText } from "./src/cli/help.ts";
import { type Config, ConfigError, parseConfig } from "./src/config.ts";
import { createDeps } from "./src/deps.ts";
import { createLogger, type Logger } from "./src/log.ts";
import { watchEventLoop } from "./src/observe/event_loop.ts";
import { createMetrics } from "./src/observe/metrics.ts";
import { createPdfReader } from "./src/pdf/reader.ts";
import { isPdfWorker, servePdfText } from "./src/pdf/worker.ts";
import { createTokenCounter } from "./src/tokens/counter.ts";
import { isTokenWorker, serveTokenCounts } from "./src/tokens/worker.ts";
import { redact } from "./src/secret.ts";
import { platformDataDir } from "./src/store/data_dir.ts";
import { KeptLessons } from "./src/store/kept_lessons.ts";
import { createKvStore } from "./src/store/kv_store.ts";
import type { Store } from "./src/store/store.ts";
import type { StoreSettings } from "./src/store/store_settings.ts";
import { createTypedStore } from "./src/store/typed_store.ts";
import {
  type Environment,
  PLATFORM_VARIABLES,
  VARIABLES,
} from "./src/variables.ts";
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

// The program is one file when it is compiled, so it is its own workers, too.
if (isTokenWorker(self)) serveTokenCounts(self);
else if (isPdfWorker(self)) servePdfText(self);
else if (import.meta.main) await main();

async function main(): Promise<void> {
  const command = parseArguments(Deno.args);
  switch (command.name) {
    case "help":
      return print(helpText());
    case "version":
      return print(`ccproxy ${VERSION}\n`);
    case "mistake":
      complain(`ccproxy: ${command.message}\n\n${helpText()}`);
      return Deno.exit(EX_USAGE);
    case "serve":
      return void await serve(readConfig(readEnvironment()));
    case "demo":
      return await demo(readEnvironment());
  }
}

/** The variables we know, from the environment or else from `.env`. */
function readEnvironment(): Environment {
  const file = readEnvFile();
  const names = Object.keys(VARIABLES) as (keyof Environment)[];
  return Object.fromEntries(
    names.map((name) => [name, Deno.env.get(name) ?? file[name]]),
  );
}

function readEnvFile(): NodeJS.Dict<string> {
  try {
    return parseEnv(Deno.readTextFileSync(".env"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

function readConfig(environment: Environment): Config {
  try {
    return parseConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((problem) => `  ${problem}\n`).join("");
    complain(
      `ccproxy cannot start with these settings:\n${problems}` +
        "Set them in the environment or in .env (see ccproxy --help), " +
        "or try `ccproxy demo`, which needs none.\n",
    );
    return Deno.exit(EX_CONFIG);
  }
}

/** Serves until it is told to stop; returns where it listens. */
async function serve(config: Config): Promise<string> {
  const log = createLogger({
    level: config.logLevel,
    write: complain,
    now: Date.now,
    pretty: Deno.stderr.isTerminal(),
  });
  const client = Deno.createHttpClient({
    poolMaxIdlePerHost: 50,
    poolIdleTimeout: 120_000,
  });
  const metrics = createMetrics();
  watchEventLoop(metrics.eventLoopDelay);
  const tokens = createTokenCounter({ workerUrl: import.meta.url });
  const store = createTypedStore(createKvStore({
    open: () => openKv(config.store),
    log,
  }));
  const lessons = new KeptLessons({ store, now: Date.now });
  await soon(lessons.load());
  const app = createApp(createDeps(config, {
    fetch: (input, init) => fetch(input, { ...init, client }),
    log,
    tokens,
    readPdf: createPdfReader({ workerUrl: import.meta.url }),
    lessons,
    store,
    metrics,
  }));
  const server = listen(config, app.fetch);
  const { hostname, port } = server.addr;
  const url = `http://${
    hostname.includes(":") ? `[${hostname}]` : hostname
  }:${port}`;
  log.info("listening", {
    url,
    upstream: redact(config.upstream.url),
    big: config.models.big,
    small: config.models.small,
  });
  tokens.warm();
  surviveStrayErrors(log);
  drainOnSignals({ server, store, log, timeoutMs: config.shutdownTimeoutMs });
  return url;
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
  const folder = settings.folder ?? platformDataDir({
    os: Deno.build.os,
    ...Object.fromEntries(
      PLATFORM_VARIABLES.map((name) => [name, Deno.env.get(name)]),
    ),
  });
  if (folder === null) {
    throw new Error("No place for it: set CCPROXY_DATA_DIR, or HOME");
  }
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  return await Deno.openKv(`${folder}/store.kv`);
}

/** Waits for the store, but not for a slow one. */
async function soon(work: Promise<void>): Promise<void> {
  await Promise.race([
    work,
    new Promise((resolve) => setTimeout(resolve, STORE_PATIENCE_MS)),
  ]);
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

async function demo(environment: Environment): Promise<void> {
  // Only the demo needs them; loading them would slow every other start.
  const { demo } = await import("./src/demo/dialect.ts");
  const { serveDemoUpstream } = await import("./src/demo/serve.ts");
  const upstream = serveDemoUpstream({
    firstChunkMs: 300,
    chunkMs: 25,
    keepExchanges: 10,
  });
  const { HOST, PORT, ALLOW_OPEN, LOG_LEVEL = "WARN" } = environment;
  const config = readConfig({
    HOST,
    PORT,
    ALLOW_OPEN,
    LOG_LEVEL,
    CCPROXY_DATA_DIR: ":memory:",
    OPENAI_BASE_URL: upstream.baseUrl,
    BIG_MODEL_NAME: "demo-large",
    SMALL_MODEL_NAME: "demo-small",
  });
  const url = await serve({
    ...config,
    upstream: { ...config.upstream, name: "demo", dialect: demo },
  });
  await showDemo({ url, fetch, write: print });
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
  { server, store, log, timeoutMs }: {
    server: Deno.HttpServer;
    store: Store;
    log: Logger;
    timeoutMs: number;
  },
): void {
  let isDraining = false;
  const stop = async () => {
    if (isDraining) return Deno.exit(1);
    isDraining = true;
    log.info("draining", { timeoutMs });
    setTimeout(async () => {
      log.warn("answers cut off by shutdown");
      await soon(store.flush());
      Deno.exit(1);
    }, timeoutMs);
    await server.shutdown();
    await store.flush();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}
