/**
 * The KV Connect server, as a process.
 *
 * @module
 */

/** A running denokv with its own file. */
export interface Denokv extends AsyncDisposable {
  url: string;
  /** Kills it at once; {@linkcode Denokv.restart} has the same data. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

const TOKEN = "the-token-of-the-tests";

/** @returns The program, if it is installed. */
export async function findDenokv(): Promise<string | null> {
  const home = Deno.env.get("CARGO_HOME") ?? `${Deno.env.get("HOME")}/.cargo`;
  for (const program of ["denokv", `${home}/bin/denokv`]) {
    try {
      await new Deno.Command(program, { args: ["--help"] }).output();
      return program;
    } catch {
      // Not there.
    }
  }
  return null;
}

/** Starts the server on a free port. Sets the token that Deno reads. */
export async function serveDenokv(program: string): Promise<Denokv> {
  Deno.env.set("DENO_KV_ACCESS_TOKEN", TOKEN);
  const folder = await Deno.makeTempDir();
  const address = `127.0.0.1:${freePort()}`;
  const url = `http://${address}`;
  let child = await start();

  async function start(): Promise<Deno.ChildProcess> {
    const child = new Deno.Command(program, {
      args: [
        ...["--sqlite-path", `${folder}/store`, "serve"],
        ...["--access-token", TOKEN, "--addr", address],
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    await untilItListens(url);
    return child;
  }

  async function kill(): Promise<void> {
    try {
      child.kill("SIGKILL");
    } catch {
      // It is already killed.
    }
    await child.status;
  }

  return {
    url,
    kill,
    async restart() {
      await kill();
      child = await start();
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function untilItListens(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      const { hostname, port } = new URL(url);
      const connection = await Deno.connect({ hostname, port: Number(port) });
      return connection.close();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error(`${url} does not listen`);
}
