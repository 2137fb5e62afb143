/**
 * The real Claude Code, without its screen: prompts in, JSON lines out.
 *
 * @see {@link https://code.claude.com/docs/en/headless}
 * @module
 */
import { ClientEvent, ClientResult } from "./client_event.ts";
import { readLines } from "./read_lines.ts";

/** Where and how {@linkcode ClaudeCode} runs. */
export interface ClaudeCodeOptions {
  /** Path of the program. */
  program: string;
  /** Arguments besides those that make it print JSON lines. */
  args: readonly string[];
  /** Base URL of the Messages API. */
  url: string;
  /** Its home: where it looks for settings and keeps sessions. */
  home: string;
  /** Its working directory. */
  folder: string;
  /** Ends it. */
  signal: AbortSignal;
}

/** How it ended. */
export interface Exit {
  code: number;
  /** Its error output; empty if all went well. */
  stderr: string;
}

/** A running client; disposing of it ends it. */
export class ClaudeCode implements AsyncDisposable {
  /** What it has printed so far, as far as it was read. */
  readonly events: ClientEvent[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: AsyncGenerator<string>;
  readonly #stderr: Promise<string>;
  readonly #signal: AbortSignal;

  constructor(options: ClaudeCodeOptions) {
    const { program, args, folder, signal } = options;
    this.#child = new Deno.Command(program, {
      args: [...args, "--output-format", "stream-json", "--verbose"],
      cwd: folder,
      clearEnv: true,
      env: environment(options),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal,
    }).spawn();
    this.#signal = signal;
    this.#input = this.#child.stdin.getWriter();
    this.#lines = readLines(this.#child.stdout);
    this.#stderr = new Response(this.#child.stderr).text();
  }

  /** Gives it its next turn; it must run with `--input-format stream-json`. */
  async say(content: string): Promise<void> {
    await this.#write({ type: "user", message: { role: "user", content } });
  }

  /** What the Escape key does: the turn ends, the session continues. */
  async interrupt(): Promise<void> {
    const request = { subtype: "interrupt" };
    await this.#write({ type: "control_request", request_id: "1", request });
  }

  /** Reads up to the given event. */
  async until(
    isAwaited: (event: ClientEvent) => boolean,
  ): Promise<ClientEvent> {
    for (;;) {
      const event = await this.#read();
      if (!event) {
        throw new Error(`Claude Code has left: ${await this.#stderr}`);
      }
      if (isAwaited(event)) return event;
    }
  }

  /** Reads until its turn is over. */
  async result(): Promise<ClientResult> {
    return ClientResult.parse(
      await this.until(({ type }) => type === "result"),
    );
  }

  /** Lets it end normally: there will be no more turns. */
  async finish(): Promise<Exit> {
    await this.#input.close();
    while (await this.#read());
    const { code } = await this.#child.status;
    return { code, stderr: await this.#stderr };
  }

  /** Ends it as a crash would: without a chance to clean up. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
    await this.#input.abort();
    await Array.fromAsync(this.#lines);
    await this.#stderr;
  }

  async #write(line: unknown): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    await this.#input.write(new TextEncoder().encode(text));
  }

  async #read(): Promise<ClientEvent | undefined> {
    const { value: line, done } = await this.#lines.next();
    if (done) {
      this.#signal.throwIfAborted();
      return undefined;
    }
    const event = ClientEvent.parse(JSON.parse(line));
    this.events.push(event);
    return event;
  }
}

/** Where nobody listens: traffic to anywhere but this machine fails. */
const NOWHERE = "http://127.0.0.1:9";

/** All that Claude Code knows about the machine: no keys, no user settings. */
function environment({ url, home }: ClaudeCodeOptions): Record<string, string> {
  return {
    PATH: Deno.env.get("PATH") ?? "",
    HOME: home,
    TMPDIR: home,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: "dummy",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_TELEMETRY: "1",
    HTTP_PROXY: NOWHERE,
    HTTPS_PROXY: NOWHERE,
    NO_PROXY: "127.0.0.1",
  };
}
