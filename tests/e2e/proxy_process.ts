/**
 * The proxy as its users run it: a process of its own, configured by
 * environment variables.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import denoJson from "../../deno.json" with { type: "json" };
import { type VariableName, VARIABLES } from "../../src/config/variables.ts";
import { readLines } from "./read_lines.ts";

/** A proxy that listens; disposing of it shuts it down. */
export interface ProxyProcess extends AsyncDisposable {
  /** Base URL for clients. */
  url: string;
  pid: number;
  /** What it has logged so far, one entry per line. */
  logged: string[];
  /** All it has written to standard output, once it has ended. */
  printed: Promise<string>;
  /** Settles when it logs an entry with this message, or has done so. */
  says(message: string): Promise<void>;
  kill(signal: Deno.Signal): void;
  /** Settles when it has ended. */
  status: Promise<Deno.CommandStatus>;
}

/** Variables to set, by name. */
export type Settings = Partial<Record<VariableName, string>>;

/** Blank counts as not set, and overrides the shell and `.env`. */
const UNSET = Object.fromEntries(
  Object.keys(VARIABLES).map((name) => [name, ""]),
);

const DEFAULTS = {
  PORT: "0",
  CCPROXY_DATA_DIR: ":memory:",
  DENO_NO_UPDATE_CHECK: "1", // Deno itself looks for updates now and then
};

const LogEntry = z.looseObject({
  message: z.string(),
  url: z.string().optional(),
});

/**
 * Starts the proxy on a free port, with the command of `deno task start` or the
 * compiled program that `CCPROXY_BINARY` names.
 *
 * @param options.signal Ends it.
 */
export async function startProxyProcess(
  { environment, signal }: {
    environment: Settings;
    signal: AbortSignal;
  },
): Promise<ProxyProcess> {
  const [program = "", ...args] = startCommand();
  const child = new Deno.Command(program, {
    args,
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { ...UNSET, ...DEFAULTS, ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  const printed = new Response(child.stdout).text();
  const log = readLines(child.stderr);
  const logged: string[] = [];
  const url = await readUrl(log, logged);
  const said = new Map<string, PromiseWithResolvers<void>>();
  const saying = (message: string) => {
    const known = said.get(message) ?? Promise.withResolvers<void>();
    said.set(message, known);
    return known;
  };
  const collect = async () => { // otherwise the proxy waits for a reader
    for await (const line of log) {
      logged.push(line);
      const entry = readEntry(line);
      if (entry) saying(entry.message).resolve();
    }
  };
  const rest = collect();
  return {
    url,
    pid: child.pid,
    logged,
    printed,
    says: (message) => saying(message).promise,
    kill: (signal) => child.kill(signal),
    status: child.status,
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      await Promise.all([rest, printed]);
    },
  };
}

function startCommand(): string[] {
  const binary = Deno.env.get("CCPROXY_BINARY");
  return binary ? [binary] : denoJson.tasks.start.command.split(" ");
}

async function readUrl(
  log: AsyncGenerator<string>,
  logged: string[],
): Promise<string> {
  for (;;) {
    const { value: line, done } = await log.next();
    if (done) throw new Error(`Cannot start the proxy: ${logged.join("\n")}`);
    logged.push(line);
    const entry = readEntry(line);
    if (entry?.message === "listening" && entry.url) return entry.url;
  }
}

function readEntry(line: string): z.infer<typeof LogEntry> | undefined {
  return line.startsWith("{") ? LogEntry.parse(JSON.parse(line)) : undefined;
}
