import { loadEnvironment } from "./load_settings.ts";

/** The program's own requests to a proxy on this machine take no way around. */
export function reachThisMachineDirectly(): void {
  const { NO_PROXY } = loadEnvironment();
  const hosts = [NO_PROXY, "127.0.0.1", "localhost", "::1"];
  Deno.env.set("NO_PROXY", hosts.filter(Boolean).join(","));
}
