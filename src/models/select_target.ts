import type { Dialect } from "../dialects/dialect.ts";
import {
  type Capabilities,
  type Limits,
  PLAIN,
} from "../openai/capabilities.ts";
import type { Secret } from "../secret.ts";
import { lookUpModel } from "./catalogue.ts";

/** APIs an upstream may speak: Chat Completions, or the Messages API itself. */
export const UPSTREAM_APIS = ["chat", "anthropic"] as const;

/** Which API an upstream speaks. */
export type UpstreamApi = (typeof UPSTREAM_APIS)[number];

/** A server we call. */
export interface Upstream {
  /** Name in messages and logs, e.g. `api.openai.com`. */
  name: string;
  /** Base URL, without a slash at its end. */
  url: string;
  /** Any of them will do; local servers need none. */
  keys: readonly Secret[];
  api: UpstreamApi;
  dialect: Dialect;
}

/** Where a request goes, and what may be in it. */
export interface Target {
  upstream: Upstream;
  model: string;
  dialect: Dialect;
  capabilities: Capabilities;
  /** As far as they are known. */
  limits: Partial<Limits> | undefined;
}

/** The upstream's models that stand in for Anthropic's. */
export interface ModelNames {
  big: string;
  small: string;
}

/**
 * Chooses the upstream model for the one the client names.
 *
 * Haiku is the small model; Opus, Sonnet, Fable and every unknown name the big
 * one. A name the catalogue knows, or one of the two themselves, is taken at
 * its word. The prefix `anthropic/`, under which `/v1/models` lists upstream
 * models so that Claude Code shows them, and the suffix `[1m]` are left out.
 */
export function selectModel(asked: string, names: ModelNames): string {
  const name = asked.replace(/\[1m\]$/i, "").replace(/^anthropic\//, "");
  if (name === names.big || name === names.small || lookUpModel(name)) {
    return name;
  }
  return name.toLowerCase().includes("haiku") ? names.small : names.big;
}

/** Puts together what is known of a model at an upstream. */
export function toTarget(upstream: Upstream, model: string): Target {
  const { dialect } = upstream;
  const row = lookUpModel(model);
  return {
    upstream,
    model,
    dialect,
    limits: row,
    capabilities: {
      ...PLAIN,
      ...dialect.capabilities?.(model),
      ...(row
        ? {
          efforts: row.efforts,
          images: row.vision,
          sampling: row.sampling,
        }
        : {}),
    },
  };
}
