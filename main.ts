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
import { hasProxy, readEnvironment } from "./src/environment.ts";
import { createLogger, type Logger } from "./src/log.ts";
import { OpenRequests } from "./src/open_requests.ts";
import { createPdfReader } from "./src/pdf/reader.ts";
import { isPdfWorker, servePdfText } from "./src/pdf/worker.ts";
import { createTokenCounter } from "./src/tokens/counter.ts";
import { isTokenWorker, serveTokenCounts } from "./src/tokens/worker.ts";
import { redact } from "./src/secret.ts";
import { probe } from "./src/transport/probe.ts";
import { createTransport } from "./src/transport/transport.ts";
import type { Environment } from "./src/variables.ts";
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
      return void serve(readConfig(environment()));
    case "demo":
      return await demo(environment());
  }
}

function environment(): Environment {
  return readEnvironment(Deno.env, readEnvFile());
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
    return refuse(error.problems);
  }
}

function refuse(problems: readonly string[]): never {
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
  const createClient = () =>
    Deno.createHttpClient({
      poolMaxIdlePerHost: config.pool.maxIdleConnections,
      poolIdleTimeout: config.pool.idleMs,
    });
  checkCertificates(createClient);
  const transport = createTransport({
    fetch,
    createClient,
    probe: hasProxy(Deno.env) ? null : probe,
    pool: config.pool,
    connectTimeoutMs: config.timeouts.connectMs,
  });
  const openRequests = new OpenRequests();
  const tokens = createTokenCounter({ workerUrl: import.meta.url });
  const app = createApp(createDeps(config, {
    transport: transport.send,
    fetch,
    log,
    tokens,
    readPdf: createPdfReader({ workerUrl: import.meta.url }),
    openRequests,
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
  const timeoutMs = config.shutdownTimeoutMs;
  drainOnSignals({ server, openRequests, log, timeoutMs });
  return url;
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
    OPENAI_BASE_URL: upstream.baseUrl,
    BIG_MODEL_NAME: "demo-large",
    SMALL_MODEL_NAME: "demo-small",
  });
  const url = serve({
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
  { server, openRequests, log, timeoutMs }: {
    server: Deno.HttpServer;
    openRequests: OpenRequests;
    log: Logger;
    timeoutMs: number;
  },
): void {
  const stop = async () => {
    if (openRequests.isDraining) return Deno.exit(1);
    log.info("draining", { requests: openRequests.count, timeoutMs });
    const isFinished = await openRequests.drain(server, { timeoutMs });
    if (!isFinished) log.warn("answers cut off by shutdown");
    Deno.exit(isFinished ? 0 : 1);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}
