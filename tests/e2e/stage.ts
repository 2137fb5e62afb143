/**
 * Client, proxy and upstream for one test.
 *
 * @module
 */
import type { ApiPath } from "../../src/demo/api.ts";
import type {
  DemoUpstream,
  DemoUpstreamOptions,
} from "../../src/demo/upstream.ts";
import { serveDemoUpstream } from "../../src/demo/serve.ts";
import { API_SETTINGS } from "./apis.ts";
import { ClaudeCode, type Exit } from "./claude_code.ts";
import { ClientResult } from "./client_event.ts";
import { setDeadline } from "./deadline.ts";
import { installClaudeCode } from "./install.ts";
import { type Settings, startProxyProcess } from "./proxy_process.ts";

/** No test may take longer. */
const LIMIT_MS = 60_000;

/** Disposing of it ends everything on it. */
export interface Stage extends AsyncDisposable {
  /** Base URL of the proxy. */
  url: string;
  upstream: DemoUpstream;
  /** What the proxy has logged so far, one entry per line. */
  logged: readonly string[];
  /** The client's working directory, empty at first. */
  folder: string;
  /** Aborts when the test has taken too long; everything is then ended. */
  signal: AbortSignal;
  /** Starts a client that gets its turns one by one. */
  start(...args: string[]): ClaudeCode;
  /** Runs a client for one prompt. */
  ask(prompt: string, ...args: string[]): Promise<Answer>;
}

/** Options for {@linkcode setStage}. */
export interface StageOptions extends Pick<DemoUpstreamOptions, "script"> {
  /** The API used for the upstream. @default {"chat/completions"} */
  api?: ApiPath;
  /** Settings of the proxy besides the upstream's URL and those `api` sets. */
  environment?: Settings;
}

/** Result of a prompt. */
export interface Answer extends Exit {
  events: ClaudeCode["events"];
  result: ClientResult;
}

/** Puts the proxy in front of an upstream that plays `script`. */
export async function setStage(
  { script, api = "chat/completions", environment }: StageOptions = {},
): Promise<Stage> {
  const program = await installClaudeCode();
  await using parts = new AsyncDisposableStack();
  const { signal } = parts.use(setDeadline(LIMIT_MS));
  const home = parts.use(await makeFolder()).path;
  const folder = parts.use(await makeFolder()).path;
  const served = parts.use(
    serveDemoUpstream({ ...(script ? { script } : {}) }),
  );
  const { url, logged } = parts.use(
    await startProxyProcess({
      environment: {
        OPENAI_BASE_URL: served.baseUrl,
        OPENAI_API_KEY: "dummy",
        ...API_SETTINGS[api],
        ...environment,
      },
      signal,
    }),
  );
  const running = parts.move();
  const run = (args: string[]) =>
    running.use(new ClaudeCode({ program, args, url, home, folder, signal }));
  return {
    url,
    upstream: served.upstream,
    logged,
    folder,
    signal,
    start: (...args) => run(["-p", "--input-format", "stream-json", ...args]),
    async ask(prompt, ...args) {
      const client = run(["-p", prompt, ...args]);
      const exit = await client.finish();
      const { events } = client;
      return { ...exit, events, result: ClientResult.parse(events.at(-1)) };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function makeFolder() {
  const path = await Deno.makeTempDir({ prefix: "ccproxy-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
