import type { Config } from "../config/config.ts";
import { isLoopback } from "../loopback.ts";
import type { ModelRow, TargetName } from "../models/model_rows.ts";
import { redact } from "../secret.ts";

/** What `ccproxy config check` prints: the settings as they take effect. */
export function describeConfig(config: Config): string {
  const { upstreams, models, notices } = config;
  const lines = [
    "These settings can be used.",
    "",
    ...describeService(config),
    "",
    "Upstreams:",
    ...upstreams.map(({ name, url, api, dialect, keys }) =>
      `  ${name}: ${redact(url)}, speaks ${api} (${dialect.name}), ` +
      countKeys(keys)
    ),
    "",
    "Models, the first match wins:",
    ...models.map((row) => `  ${describeRow(row)}`),
    ...(notices.length > 0 ? ["", ...notices] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Where it listens and for whom, and what it writes where. */
function describeService(
  { host, port, clientKeys, logLevel, logFile, logBodies, store, telemetry }:
    Config,
): string[] {
  const who = clientKeys.length > 0
    ? `clients with ${countKeys(clientKeys)}`
    : isLoopback(host)
    ? "all clients on this machine"
    : "everybody who reaches it, without a key";
  const where = logFile === null ? "" : ` and ${logFile}`;
  const kept = store.kind === "file"
    ? store.folder ?? "the platform's folder for data"
    : store.kind === "connect"
    ? redact(store.url)
    : "memory";
  return [
    `Listens on ${host}:${port}, for ${who}`,
    `Logs ${logLevel} and up to standard error${where}${
      logBodies ? ", with bodies" : ""
    }`,
    `Keeps its store in ${kept}`,
    // Only hosts: the rest of a URL may contain a key.
    ...Object.entries(telemetry?.endpoints ?? {}).map(([signal, url]) =>
      `Sends ${signal} to ${new URL(url).host}`
    ),
  ];
}

function countKeys(keys: readonly unknown[]): string {
  return keys.length === 1 ? "1 key" : `${keys.length} keys`;
}

/** A row on one line: `claude-haiku-* → local/qwen3, openai/gpt-5-mini`. */
export function describeRow({ match, to, longer }: ModelRow): string {
  const paths = (names: readonly TargetName[]) =>
    names.map(({ upstream, model }) => `${upstream}/${model}`).join(", ");
  return [
    `${match} → ${paths(to)}`,
    ...longer.map(({ overTokens, to }) =>
      `over ${overTokens} tokens ${paths(to)}`
    ),
  ].join("; ");
}
