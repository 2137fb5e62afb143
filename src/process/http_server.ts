import { redact } from "../secret.ts";
import { EX_UNAVAILABLE } from "./exit.ts";
import { complain } from "./terminal.ts";

/** Where to listen. */
export interface Address {
  hostname: string;
  /** 0 picks a free one. */
  port: number;
}

/** Serves HTTP. @param isShared Other threads listen on the same address. */
export function serveHttp(
  address: Address & { isShared?: boolean },
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  const { hostname, port, isShared: reusePort = false } = address;
  const onListen = () => {};
  return Deno.serve({ hostname, port, reusePort, onListen }, handler);
}

/**
 * The port, or a free one if it is 0; exits if it is taken. Threads share a
 * port, so they would not notice another program holding it.
 */
export function claimPort(address: Address): number {
  try {
    using listener = Deno.listen(address);
    return listener.addr.port;
  } catch (error) {
    return refuseAddress(address, error);
  }
}

/** The URL of an address, for clients. */
export function urlOf({ hostname, port }: Address): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `http://${host}:${port}`;
}

/** Exits as it cannot listen: the port may be in use, even by Ollama. */
export function refuseAddress(
  { hostname, port }: Address,
  error: unknown,
): never {
  const why = error instanceof Deno.errors.AddrInUse
    ? "another program has it"
    : redact(error instanceof Error ? error.message : String(error));
  complain(
    `ccproxy cannot listen on ${hostname}:${port}: ${why}\n` +
      "Choose another with HOST and PORT, e.g. PORT=11435.\n",
  );
  return Deno.exit(EX_UNAVAILABLE);
}
