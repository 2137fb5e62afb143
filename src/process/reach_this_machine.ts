import { loadEnvironment } from "./load_settings.ts";

/** Makes the program's own requests to this machine bypass any HTTP proxy. */
export function reachThisMachineDirectly(): void {
  const { NO_PROXY } = loadEnvironment();
  const hosts = [NO_PROXY, "127.0.0.1", "localhost", "::1"];
  Deno.env.set("NO_PROXY", hosts.filter(Boolean).join(","));
}
