/** A process that listens; disposing of it ends it. */
export interface Relay extends AsyncDisposable {
  url: string;
  pid: number;
}

/** How a relay passes bytes on: by Deno, or by a script piece by piece. */
const PASSED_ON = {
  byDeno: "const passedOn = (body) => body;",
  byScript: `
    const passedOn = (body) => {
      const reader = body.getReader({ mode: "byob" });
      let buffer = new Uint8Array(8192);
      return new ReadableStream({
        async pull(controller) {
          const { value, done } = await reader.read(buffer);
          if (done) return controller.close();
          controller.enqueue(value.slice());
          buffer = new Uint8Array(value.buffer);
        },
      }, { highWaterMark: 0 });
    };`,
};

/**
 * Starts the least a proxy can do: it passes bytes on, in its own process.
 *
 * @param upstream Where every request goes.
 */
export async function startRelay(
  upstream: string,
  { signal, how = "byDeno" }: {
    signal: AbortSignal;
    how?: keyof typeof PASSED_ON;
  },
): Promise<Relay> {
  const code = `
    ${PASSED_ON[how]}
    const { port } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => new Response(passedOn((await fetch("${upstream}", { method: "POST", body: await request.text() })).body))).addr;
    await Deno.stdout.write(new TextEncoder().encode(String(port)));
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    stdout: "piped",
    signal,
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const port = new TextDecoder().decode(value).trim();
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill();
      await reader.cancel();
      await child.status;
    },
  };
}
