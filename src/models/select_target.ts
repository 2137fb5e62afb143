import type { Dialect } from "../dialects/dialect.ts";
import {
  type Capabilities,
  type Limits,
  PLAIN,
} from "../openai/capabilities.ts";
import type { Secret } from "../secret.ts";
import { lookUpModel } from "./catalogue.ts";
import type { UpstreamLimits } from "./upstream_limits.ts";

/**
 * APIs an upstream may be called through: Chat Completions, Responses, the
 * Messages API itself, or (`auto`) the better of the first two for the model.
 */
export const UPSTREAM_APIS = [
  "auto",
  "chat",
  "responses",
  "anthropic",
] as const;

/** Which API to call an upstream through. */
export type UpstreamApi = (typeof UPSTREAM_APIS)[number];

/** Which API to call a model through. */
export type TargetApi = Exclude<UpstreamApi, "auto">;

/** A server we call. */
export interface Upstream {
  /** Name in messages and logs, e.g. `api.openai.com`. */
  name: string;
  /** Base URL, without a trailing slash. */
  url: string;
  /** Any of them may be used; local servers need none. */
  keys: readonly Secret[];
  api: UpstreamApi;
  dialect: Dialect;
  /** Limits on its use; absent: as much as it accepts. */
  limits?: UpstreamLimits | undefined;
}

/** Where a request goes, and what may be in it. */
export interface Target {
  upstream: Upstream;
  model: string;
  dialect: Dialect;
  api: TargetApi;
  capabilities: Capabilities;
  /** As far as they are known. */
  limits: Partial<Limits> | undefined;
}

/**
 * Combines what is known about a model at an upstream. With `auto`, models that
 * reason are called through the Responses API where the upstream is known to
 * have it: in Chat Completions their reasoning is lost after every tool call.
 */
export function toTarget(upstream: Upstream, model: string): Target {
  const { dialect, api } = upstream;
  const limits = lookUpModel(model);
  const capabilities = toCapabilities(dialect, model);
  const chat = {
    upstream,
    model,
    dialect,
    api: "chat",
    limits,
    capabilities,
  } as const;
  if (api !== "auto") return withApi(chat, api);
  const reasons = capabilities.efforts.length > 0;
  return dialect.responses && reasons ? withApi(chat, "responses") : chat;
}

/** The same model in another API; only what it accepts there is assumed. */
export function withApi(target: Target, api: TargetApi): Target {
  const { dialect, model } = target;
  const known = toCapabilities(dialect, model);
  const capabilities = api === "responses"
    // Plugins exist in Chat Completions only.
    ? { ...known, webSearch: null, ...dialect.responses?.(model) }
    : known;
  return { ...target, api, capabilities };
}

function toCapabilities(dialect: Dialect, model: string): Capabilities {
  const row = lookUpModel(model);
  return {
    ...PLAIN,
    ...dialect.capabilities?.(model),
    ...(row ? { images: row.vision, sampling: row.sampling } : {}),
    ...(row?.efforts ? { efforts: row.efforts } : {}),
  };
}
