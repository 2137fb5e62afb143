/**
 * The rules that keep the tree readable, as tests.
 *
 * @module
 */
import { deepStrictEqual as deepEqual, ok } from "node:assert";
import { parseEnv } from "node:util";
import { type Variable, VARIABLES } from "../src/config/variables.ts";

const ROOT = new URL("../", import.meta.url);
const MAX_LINES = 300;
const MAX_MEDIAN_LINES = 80;

/**
 * Folders without I/O, clock or chance, each with the folders and files it may
 * import from.
 */
const PURE: Record<string, readonly string[]> = {
  anthropic: ["anthropic", "json_kinds.ts"],
  openai: ["openai", "json_kinds.ts", "parse_json.ts"],
  dialects: ["anthropic", "openai", "dialects"],
  translate: ["anthropic", "openai", "translate"],
  models: ["openai", "dialects", "models", "secret.ts"],
  cost: ["anthropic", "models", "translate", "cost"],
  trace: [
    "cost",
    "translate",
    "trace",
    "observe/record.ts",
    "observe/timeline.ts",
    "observe/method_name.ts",
    "address_of.ts",
  ],
};

/** Which files may import from the folders at the edges. */
const EDGES: Record<string, readonly string[]> = {
  routes: ["app.ts", "readiness.ts", "routes"],
  middleware: ["app.ts", "deps.ts", "process", "routes", "middleware"],
  cache: [
    "cache",
    "config",
    "deps.ts",
    "observe",
    "process",
    "routes",
    "threads",
    "upstream",
  ],
  upstream: [
    "cache",
    "config",
    "deps.ts",
    "observe",
    "readiness.ts",
    "routes",
    "stream",
    "threads",
    "upstream",
  ],
  transport: ["config", "deps.ts", "process", "upstream", "transport"],
  search: ["config", "deps.ts", "routes", "search"],
  telemetry: ["config", "deps.ts", "process", "routes", "telemetry"],
  threads: ["process", "threads"],
  cli: ["cli", "process"],
  demo: ["demo"],
  process: ["process"],
};

const IMPURE =
  /\b(Deno\.|fetch\(|Date\.now|performance\.now|Math\.random|crypto\.|console\.|setTimeout|setInterval)/g;

const IMPORT = /^import\s+(type\s)?[^;]*?from\s*"(\.[^"]+)"/gm;

interface Source {
  /** Path below `src/`. */
  path: string;
  /** First folder below `src/`, or the file itself. */
  folder: string;
  /** The text without comments. */
  code: string;
  lines: number;
  /** Paths below `src/` of what it imports. */
  imports: string[];
  /** The same without imports of types. */
  values: string[];
}

const sources = await Array.fromAsync(readSources("src/"));

Deno.test("pure folders do no I/O and know neither time nor chance", () => {
  const offences = sources
    .filter(({ folder }) => folder in PURE)
    .flatMap(({ path, code }) =>
      [...code.matchAll(IMPURE)].map(([word]) => `${path} uses ${word}`)
    );
  deepEqual(offences, []);
});

Deno.test("pure folders import only what is as pure", () => {
  const offences = sources.flatMap(({ path, folder, imports }) => {
    const allowed = PURE[folder];
    return imports
      .filter((target) =>
        allowed && !allowed.includes(topOf(target)) && !allowed.includes(target)
      )
      .map((target) => `${path} imports ${target}`);
  });
  deepEqual(offences, []);
});

Deno.test("the edges are imported from above alone", () => {
  const offences = sources.flatMap(({ path, folder, imports }) =>
    imports
      .filter((target) => {
        const importers = EDGES[topOf(target)];
        return importers && !importers.includes(folder);
      })
      .map((target) => `${path} imports ${target}`)
  );
  deepEqual(offences, []);
});

Deno.test("main.ts, src/process and the embedded upstream alone touch the process", () => {
  const offences = sources
    .filter(({ folder }) => folder !== "demo" && folder !== "process")
    .filter(({ code }) => /\bDeno\.(env|serve|exit|openKv|args)\b/.test(code))
    .map(({ path }) => path);
  deepEqual(offences, []);
});

Deno.test("assertions are strict", async () => {
  // Named imports of node:assert/strict are the loose functions in Deno: there
  // equal(null, undefined) passes.
  const loose: string[] = [];
  for await (const path of listFiles(["src/", "tests/"])) {
    const text = await read(path);
    const names = [...text.matchAll(/import \{([^}]*)\}\s*from "node:assert/g)]
      .flatMap(([, names = ""]) => names.split(",").map((name) => name.trim()));
    const isLoose = names.some((name) => /^(not)?(deep)?equal$/i.test(name));
    if (isLoose) loose.push(path);
  }
  deepEqual(loose, []);
});

Deno.test("source files stay short", () => {
  const long = sources.filter(({ lines }) => lines > MAX_LINES);
  deepEqual(long.map(({ path }) => path), []);
  const sorted = sources.map(({ lines }) => lines).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  ok(median <= MAX_MEDIAN_LINES, `median is ${median} lines`);
});

Deno.test("all a Messages request touches can be read in 10 000 lines of code", () => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const follow = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    byPath.get(path)?.values.forEach(follow);
  };
  ["routes/messages.ts", "upstream/client.ts"].forEach(follow);
  const lines = [...reached]
    .flatMap((path) => byPath.get(path)?.code.split("\n") ?? [])
    .filter((line) => line.trim() !== "").length;
  ok(lines <= 10_000, `${lines} lines in ${reached.size} files`);
});

Deno.test("every variable is in .env.example and the README with its default", async () => {
  const example = parseEnv(await read(".env.example"));
  const readme = await read("README.md");
  const variables: [string, Variable][] = Object.entries(VARIABLES);
  deepEqual(
    Object.entries(example),
    variables.map(([name, variable]) => [name, variable.default ?? ""]),
  );
  for (const [name, variable] of variables) {
    const row = readme.split("\n").find((line) =>
      line.startsWith(`| \`${name}\``)
    );
    ok(row, `${name} has no row in the README`);
    ok(row.includes(variable.default ?? ""), `${name}: ${row}`);
  }
});

Deno.test("no task that serves is allowed everything, or to run programs but Claude Code", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  for (const name of ["dev", "start", "demo", "claude", "compile"]) {
    const command = ["claude", "compile"].includes(name)
      ? tasks[name].command.replace(" --allow-run=claude ", " ")
      : tasks[name].command;
    const all = /(^|\s)(-A|--allow-(all|run|ffi|sys|import))\b/;
    ok(!all.test(command), `${name}: ${command}`);
  }
});

async function* readSources(folder: string): AsyncGenerator<Source> {
  for await (const path of listFiles([folder])) {
    if (!/_(test|bench)\.ts$/.test(path)) yield await readSource(path);
  }
}

async function* listFiles(folders: string[]): AsyncGenerator<string> {
  for (const folder of folders) {
    for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory) yield* listFiles([`${path}/`]);
      else if (path.endsWith(".ts")) yield path;
    }
  }
}

async function readSource(file: string): Promise<Source> {
  const text = await read(file);
  const code = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const path = file.slice("src/".length);
  const imports: string[] = [];
  const values: string[] = [];
  for (const [, type, target = ""] of code.matchAll(IMPORT)) {
    const { href } = new URL(target, new URL(file, ROOT));
    const imported = href.slice(new URL("src/", ROOT).href.length);
    imports.push(imported);
    if (!type) values.push(imported);
  }
  const lines = text.split("\n").length - 1;
  return { path, folder: topOf(path), code, lines, imports, values };
}

function topOf(path: string): string {
  return path.split("/")[0] ?? path;
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}
