import type { Config } from "../config/config.ts";
import { refuse } from "./exit.ts";

/** Makes HTTP clients for upstreams. */
export function createHttpClient({ pool }: Config): Deno.HttpClient {
  return Deno.createHttpClient({
    poolMaxIdlePerHost: pool.maxIdleConnections,
    poolIdleTimeout: pool.idleMs,
  });
}

/**
 * Exits if no HTTP client can be created: Deno reads the certificate file for
 * the first one.
 */
export function checkCertificates(config: Config): void {
  try {
    createHttpClient(config).close();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    refuse([`NODE_EXTRA_CA_CERTS: expected a file of certificates: ${why}`]);
  }
}
