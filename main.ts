/**
 * The composition root: arguments, environment, everything impure. The only
 * file that touches `Deno.env`, `Deno.serve` and `Deno.exit`.
 *
 * @module
 */
import { parseEnv } from "node:util";
import { createApp } from "./src/app.ts";
import { parseArguments } from "./src/cli/arguments.ts";
import { describeConfig, describeRow } from "./src/cli/config.ts";
import { demoConfig, showDemo } from "./src/cli/demo.ts";
import { configHelpText, helpText } from "./src/cli/help.ts";
import {
  type Config,
  ConfigError,
  type ConfigSources,
  parseConfig,
} from "./src/config.ts";
import type { FoundFile } from "./src/config_file.ts";
import { configJsonSchema } from "./src/config_schema.ts";
import { createDeps } from "./src/deps.ts";
import { createLogger, type Logger } from "./src/log.ts";
import { watchEventLoop } from "./src/observe/event_loop.ts";
import { createMetrics } from "./src/observe/metrics.ts";
import { createPdfReader } from "./src/pdf/reader.ts";
import { isPdfWorker, servePdfText } from "./src/pdf/worker.ts";
import { createTokenCounter } from "./src/tokens/counter.ts";
import { isTokenWorker, serveTokenCounts } from "./src/tokens/worker.ts";
import { redact } from "./src/secret.ts";
import { type Environment, VARIABLES } from "./src/variables.ts";
import { VERSION } from "./src/version.ts";

/** Exit codes of sysexits.h: wrong usage, no such service, wrong settings. */
const EX_USAGE = 64, EX_UNAVAILABLE = 69, EX_CONFIG = 78;

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
      return void serve(readSettings());
    case "demo":
      return await demo();
    case "config help":
      return print(configHelpText());
    case "config check":
      return print(describeConfig(readSettings()));
    case "config schema":
      return print(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  }
}

/**
 * All settings, or the end of the program. Nothing reads the environment after
 * that, so nothing may: the file may name any variable for a key, and a
 * permission for all of them is not left to the dependencies.
 */
function readSettings(): Config {
  const readVariable = createVariableReader();
  const environment = knownVariables(readVariable);
  const file = readConfigFile(environment.CCPROXY_CONFIG);
  const config = readConfig(environment, { file, readVariable });
  Deno.permissions.revokeSync({ name: "env" });
  return config;
}

/** Reads the environment, or else `.env`; blank variables are not set. */
function createVariableReader(): (name: string) => string | undefined {
  const file = readEnvFile();
  return (name) => (Deno.env.get(name) ?? file[name])?.trim() || undefined;
}

function knownVariables(
  readVariable: (name: string) => string | undefined,
): Environment {
  return Object.fromEntries(
    Object.keys(VARIABLES).map((name) => [name, readVariable(name)]),
  );
}

/** `ccproxy.json` may be missing; a file that is asked for may not. */
function readConfigFile(path: string | undefined): FoundFile | null {
  const { default: usual } = VARIABLES.CCPROXY_CONFIG;
  try {
    const text = Deno.readTextFileSync(path ?? usual);
    return { path: path ?? usual, text };
  } catch (error) {
    if (path === undefined && error instanceof Deno.errors.NotFound) {
      return null;
    }
    const why = error instanceof Error ? error.message : String(error);
    return refuseSettings([
      `CCPROXY_CONFIG: expected a file that can be read, got "${
        path ?? usual
      }": ${why}`,
    ]);
  }
}

function readEnvFile(): NodeJS.Dict<string> {
  try {
    return parseEnv(Deno.readTextFileSync(".env"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

function readConfig(environment: Environment, sources: ConfigSources): Config {
  try {
    return parseConfig(environment, sources);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuseSettings(error.problems);
  }
}

function refuseSettings(problems: readonly string[]): never {
  const lines = problems.map((problem) => `  ${problem}\n`).join("");
  complain(
    `ccproxy cannot start with these settings:\n${lines}` +
      "Set them in the environment or in .env (see ccproxy --help), " +
      "or try `ccproxy demo`, which needs none.\n",
  );
  return Deno.exit(EX_CONFIG);
}

/** Serves until it is told to stop; returns where it listens. */
function serve(config: Config): string {
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
  const app = createApp(createDeps(config, {
    fetch: (input, init) => fetch(input, { ...init, client }),
    log,
    tokens,
    readPdf: createPdfReader({ workerUrl: import.meta.url }),
    metrics,
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
  surviveStrayErrors(log);
  drainOnSignals({ server, log, timeoutMs: config.shutdownTimeoutMs });
  return url;
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
  const { HOST, PORT, ALLOW_OPEN, LOG_LEVEL = "WARN" } = knownVariables(
    createVariableReader(),
  );
  const config = readConfig({ HOST, PORT, ALLOW_OPEN, LOG_LEVEL }, {
    file: { path: "demo", text: demoConfig(upstream.baseUrl) },
  });
  const upstreams = config.upstreams
    .map((upstream) => ({ ...upstream, dialect: demo }));
  const url = serve({ ...config, upstreams });
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
  { server, log, timeoutMs }: {
    server: Deno.HttpServer;
    log: Logger;
    timeoutMs: number;
  },
): void {
  let isDraining = false;
  const stop = async () => {
    if (isDraining) return Deno.exit(1);
    isDraining = true;
    log.info("draining", { timeoutMs });
    setTimeout(() => {
      log.warn("answers cut off by shutdown");
      Deno.exit(1);
    }, timeoutMs);
    await server.shutdown();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}
