/**
 * What starting costs: the time to the first served request, and the memory of
 * an idle proxy, compared with a hello-world server on the same runtime. Reads
 * memory from /proc, so it runs on Linux only.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import denoJson from "../../deno.json" with { type: "json" };
import { serveDemoUpstream } from "../../src/demo/serve.ts";
import { compileCcproxy, compileFile, isProvided } from "../compile.ts";

const STARTS = 5;
/** Until everything loaded later has been loaded, in ms. */
const SETTLE_MS = 3_000;
/** The unit of /proc, on every Linux. */
const TICK_MS = 10;

/** A program that serves at the port in PORT. */
interface Program {
  name: string;
  command: string[];
  /** Makes the request the program is there for. */
  ask: (url: string) => Promise<Response>;
  env?: Record<string, string>;
}

interface Cost {
  firstMs: number;
  /** CPU time until everything is loaded: neighbours hardly affect it. */
  cpuMs: number;
  idleMb: number;
}

const HELLO = `Deno.serve(
  { hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")), onListen() {} },
  () => new Response("hello"),
);`;

const folder = await Deno.makeTempDir();
const hello = `${folder}/hello.ts`;
await Deno.writeTextFile(hello, HELLO);
await using upstream = serveDemoUpstream();

const askHello = (url: string) => fetch(url);
const askMessage = (url: string) =>
  fetch(`${url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify({
      model: "claude-sonnet-5",
      max_tokens: 100,
      messages: [{ role: "user", content: "Hello" }],
    }),
  });

const start = denoJson.tasks.start.command.split(" ");
await compare("deno run", [
  {
    name: "hello",
    command: ["deno", "run", "--allow-net", "--allow-env", hello],
    ask: askHello,
  },
  {
    name: "ccproxy, 1 thread",
    command: start,
    ask: askMessage,
    env: { WORKERS: "1" },
  },
  {
    name: "ccproxy, 2 threads",
    command: start,
    ask: askMessage,
    env: { WORKERS: "2" },
  },
]);
if (isProvided) {
  const binary = await compileCcproxy();
  const compiled = `${folder}/hello`;
  await compileFile(hello, { output: compiled });
  await compare("compiled", [
    { name: "hello", command: [compiled], ask: askHello },
    {
      name: "ccproxy, 1 thread",
      command: [binary],
      ask: askMessage,
      env: { WORKERS: "1" },
    },
    {
      name: "ccproxy, 2 threads",
      command: [binary],
      ask: askMessage,
      env: { WORKERS: "2" },
    },
  ]);
} else print("\ncompiled: left out, no runtime to compile with\n");
await Deno.remove(folder, { recursive: true });

/** Starts the programs in turn, and prints medians relative to the first. */
async function compare(what: string, programs: Program[]): Promise<void> {
  const costs = new Map<string, Cost[]>(
    programs.map(({ name }) => [name, []]),
  );
  for (let i = 0; i <= STARTS; i++) {
    for (const program of programs) {
      const cost = await startOnce(program);
      if (i > 0) costs.get(program.name)?.push(cost); // the first fills caches
    }
  }
  print(`\n${what.padEnd(18)}  first served    CPU to start    idle memory\n`);
  let base: Cost | undefined;
  for (const [name, all] of costs) {
    const cost = {
      firstMs: median(all.map(({ firstMs }) => firstMs)),
      cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
      idleMb: median(all.map(({ idleMb }) => idleMb)),
    };
    base ??= cost;
    const cells = [
      cell(cost.firstMs, base.firstMs, "ms"),
      cell(cost.cpuMs, base.cpuMs, "ms"),
      cell(cost.idleMb, base.idleMb, "MB"),
    ];
    print(`${name.padEnd(18)}  ${cells.join("  ")}\n`);
  }
}

function cell(value: number, base: number, unit: string): string {
  const ratio = `×${(value / base).toFixed(1)}`;
  return `${value.toFixed(0).padStart(5)} ${unit} ${ratio.padStart(6)}`;
}

async function startOnce(
  { command: [program = "", ...args], ask, env }: Program,
): Promise<Cost> {
  const PORT = String(freePort());
  const url = `http://127.0.0.1:${PORT}`;
  const startedAt = performance.now();
  const child = new Deno.Command(program, {
    args,
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: {
      OPENAI_BASE_URL: upstream.baseUrl,
      BIG_MODEL_NAME: "big",
      SMALL_MODEL_NAME: "small",
      CCPROXY_DATA_DIR: ":memory:",
      DENO_NO_UPDATE_CHECK: "1",
      PORT,
      ...env,
    },
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await untilServed(() => ask(url));
    const firstMs = performance.now() - startedAt;
    await wait(SETTLE_MS);
    const { pid } = child;
    return { firstMs, cpuMs: await cpuMs(pid), idleMb: await residentMb(pid) };
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
}

/** Retries until somebody listens. */
async function untilServed(ask: () => Promise<Response>): Promise<void> {
  for (;;) {
    try {
      const response = await ask();
      await response.body?.cancel();
      if (!response.ok) throw new Error(`Answered ${response.status}`);
      return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await wait(1);
    }
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function residentMb(pid: number): Promise<number> {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readProc(pid, "status")) ??
    [];
  return Number(kilobytes) / 1_024;
}

async function cpuMs(pid: number): Promise<number> {
  const stat = await readProc(pid, "stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) * TICK_MS;
}

/** Deno allows reading /proc only with all permissions; cat may. */
async function readProc(pid: number, file: string): Promise<string> {
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/${file}`],
  }).output();
  return new TextDecoder().decode(stdout);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
