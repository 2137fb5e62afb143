import { Secret } from "../secret.ts";
import type { Config } from "./config.ts";

/** Every secret in the settings. */
export function secretsOf(
  { upstreams, clientKeys, alertWebhook, telemetry, search, store }: Pick<
    Config,
    | "upstreams"
    | "clientKeys"
    | "alertWebhook"
    | "telemetry"
    | "search"
    | "store"
  >,
): Secret[] {
  return [
    ...upstreams.flatMap(({ keys }) => keys),
    ...clientKeys,
    alertWebhook,
    ...Object.values(telemetry?.headers ?? {}),
    search?.key,
    store.kind === "connect" ? store.token : null,
  ].filter((secret) => secret instanceof Secret);
}
