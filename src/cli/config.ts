import type { Config } from "../config/config.ts";
import type { ModelRow, TargetName } from "../models/model_rows.ts";
import { redact } from "../secret.ts";

/** What `ccproxy config check` prints: the settings as they are understood. */
export function describeConfig(
  { upstreams, models, notices }: Config,
): string {
  const lines = [
    "These settings can be used.",
    "",
    "Upstreams:",
    ...upstreams.map(({ name, url, api, dialect, keys }) =>
      `  ${name}: ${redact(url)}, speaks ${api} (${dialect.name}), ` +
      (keys.length === 1 ? "1 key" : `${keys.length} keys`)
    ),
    "",
    "Models, the first match wins:",
    ...models.map((row) => `  ${describeRow(row)}`),
    ...(notices.length > 0 ? ["", ...notices] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** A row in one line: `claude-haiku-* → local/qwen3, openai/gpt-5-mini`. */
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
