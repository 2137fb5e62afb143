/**
 * Settings from environment variables: every bad or missing one is reported,
 * not just the first.
 *
 * @module
 */
import { z } from "zod";
import {
  CACHE_VARIABLES,
  type CacheSettings,
  toCacheSettings,
} from "./cache/cache_settings.ts";
import { dialectNamed, dialectOf, DIALECTS } from "./dialects/registry.ts";
import {
  Flag,
  GUARD_VARIABLES,
  type GuardSettings,
  toGuardSettings,
} from "./guard_settings.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import {
  type ModelNames,
  type Upstream,
  UPSTREAM_APIS,
} from "./models/select_target.ts";
import { isLoopback } from "./loopback.ts";
import type { EngineConfig } from "./search/engine.ts";
import { redact, Secret } from "./secret.ts";
import {
  STORE_VARIABLES,
  type StoreSettings,
  toStoreSettings,
} from "./store/store_settings.ts";
import { type Environment, VARIABLES } from "./variables.ts";

/** Checked settings. */
export interface Config {
  host: string;
  port: number;
  logLevel: LogLevel;
  models: ModelNames;
  upstream: Upstream;
  /** Keys clients may send; none: everybody may ask. */
  clientKeys: Secret[];
  guards: GuardSettings;
  /** Searches the web for models that cannot; `null`: nobody does. */
  search: EngineConfig | null;
  store: StoreSettings;
  cache: CacheSettings;
  upstreamIdleTimeoutMs: number;
  shutdownTimeoutMs: number;
}

/** Settings that cannot be used: all of them, each with what to write instead. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

const OPENROUTER_URL = "https://openrouter.ai/api/v1";
const ANTHROPIC_URL = "https://api.anthropic.com/v1";

const BRAVE_URL = "https://api.search.brave.com/res/v1/web/search";

const KEY = /^[\x21-\x7e]+$/;

const Key = z.string()
  .regex(KEY, "a key without spaces or line breaks")
  .transform((value) => new Secret(value))
  .optional();

const KeyList = z.string()
  .transform((list) =>
    list.split(",").map((key) => key.trim()).filter((key) => key !== "")
  )
  .refine(
    (keys) => keys.length > 0 && keys.every((key) => KEY.test(key)),
    "one or more keys, separated by commas",
  )
  .transform((keys) => keys.map((key) => new Secret(key)))
  .default([]);

const DIALECT_NAMES = DIALECTS.map(({ name }) => name);

const Seconds = z.coerce.number("a number of seconds")
  .positive("a number of seconds above 0")
  .transform((seconds) => seconds * 1000);

const Port = z.coerce.number("a port, 0–65535").int("a port, 0–65535")
  .min(0, "a port, 0–65535").max(65_535, "a port, 0–65535");

/** Each message says what is expected. Missing values have their defaults. */
const Settings = z.object({
  OPENAI_API_KEY: Key,
  OPENROUTER_API_KEY: Key,
  CCPROXY_API_KEY: KeyList,
  BIG_MODEL_NAME: z.string(
    "the upstream model for Opus and Sonnet, e.g. gpt-5.6-sol",
  ),
  SMALL_MODEL_NAME: z.string("the upstream model for Haiku, e.g. gpt-5-mini"),
  OPENAI_BASE_URL: z.url({
    protocol: /^https?$/,
    error: "a URL, e.g. https://api.openai.com/v1",
  }),
  UPSTREAM_API: z.string().toLowerCase()
    .pipe(z.enum(UPSTREAM_APIS, `one of ${UPSTREAM_APIS.join(", ")}`)),
  UPSTREAM_DIALECT: z.string().toLowerCase()
    .pipe(z.enum(DIALECT_NAMES, `one of ${DIALECT_NAMES.join(", ")}`))
    .optional(),
  HOST: z.string().regex(/^[\w.:-]+$/, "an address, e.g. 127.0.0.1"),
  PORT: Port,
  LOG_LEVEL: z.string().toUpperCase()
    .transform((level) => level === "WARNING" ? "WARN" : level)
    .pipe(z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(", ")}`)),
  ALLOW_OPEN: Flag,
  ...GUARD_VARIABLES,
  SEARCH_URL: z.url({
    protocol: /^https?$/,
    error: "a URL, e.g. http://127.0.0.1:8888/search",
  }).optional(),
  BRAVE_API_KEY: Key,
  ...STORE_VARIABLES,
  DENO_KV_ACCESS_TOKEN: Key,
  ...CACHE_VARIABLES,
  UPSTREAM_IDLE_TIMEOUT: Seconds,
  SHUTDOWN_TIMEOUT: Seconds,
});

type Settings = z.infer<typeof Settings>;

/**
 * Checks the environment.
 *
 * @throws {ConfigError} listing every problem. Values of keys are never named.
 */
export function parseConfig(environment: Environment): Config {
  const given = withDefaults(environment);
  const result = Settings.safeParse(given);
  const problems = [
    ...(result.error?.issues ?? []).map((issue) => describe(issue, given)),
    ...missingKey(given),
    ...openToAll(given),
    ...missingToken(given),
    ...(result.success ? refusedUpstream(result.data) : []),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  const settings = result.data;
  return {
    host: settings.HOST,
    port: settings.PORT,
    logLevel: settings.LOG_LEVEL,
    models: { big: settings.BIG_MODEL_NAME, small: settings.SMALL_MODEL_NAME },
    upstream: toUpstream(settings),
    clientKeys: settings.CCPROXY_API_KEY,
    guards: toGuardSettings(settings, {
      isOpen: settings.CCPROXY_API_KEY.length === 0,
      host: settings.HOST,
    }),
    search: toSearch(settings),
    store: toStoreSettings(settings),
    cache: toCacheSettings(settings),
    upstreamIdleTimeoutMs: settings.UPSTREAM_IDLE_TIMEOUT,
    shutdownTimeoutMs: settings.SHUTDOWN_TIMEOUT,
  };
}

/** Blank variables count as not set: `.env` files are full of them. */
function withDefaults(environment: Environment): Environment {
  const set: Environment = Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()])
      .filter(([, value]) => value),
  );
  const defaults: Environment = Object.fromEntries(
    Object.entries(VARIABLES)
      .map(([name, variable]) => [
        name,
        "default" in variable ? variable.default : undefined,
      ]),
  );
  const isAlone = set.OPENROUTER_API_KEY && !set.OPENAI_API_KEY;
  const isAnthropic = set.UPSTREAM_API?.toLowerCase() === "anthropic";
  return {
    ...defaults,
    ...(isAnthropic ? { OPENAI_BASE_URL: ANTHROPIC_URL } : {}),
    ...(isAlone ? { OPENAI_BASE_URL: OPENROUTER_URL } : {}),
    ...set,
  };
}

function describe(issue: z.core.$ZodIssue, given: Environment): string {
  const name = String(issue.path[0]) as keyof Environment;
  const value = given[name];
  const isSecret = /_(?:KEY|TOKEN)$/.test(name);
  const got = value === undefined
    ? "it is not set"
    : isSecret
    ? "got something else"
    : `got "${redact(value)}"`;
  return `${name}: expected ${issue.message}, ${got}`;
}

/** Only servers on this machine can be expected to ask for no key. */
function missingKey(given: Environment): string[] {
  const host = hostOf(given.OPENAI_BASE_URL);
  if (host === undefined || isLoopback(host)) return [];
  if (given.OPENAI_API_KEY) return [];
  if (given.OPENROUTER_API_KEY && isOpenRouter(host)) return [];
  return [
    `OPENAI_API_KEY: expected a key for ${host} (or OPENROUTER_API_KEY for OpenRouter), it is not set`,
  ];
}

/** Whoever reaches an open proxy spends its owner's money. */
function openToAll({ HOST = "", CCPROXY_API_KEY, ALLOW_OPEN }: Environment) {
  const mayBeOpen = Flag.safeParse(ALLOW_OPEN).data ?? false;
  if (isLoopback(HOST) || CCPROXY_API_KEY || mayBeOpen) return [];
  return [
    `HOST: expected a loopback address unless CCPROXY_API_KEY is set (or ALLOW_OPEN=true), got "${HOST}"`,
  ];
}

/** Keeps keys and prompts from going where a wrong URL sends them. */
function refusedUpstream(settings: Settings): string[] {
  const { OPENAI_BASE_URL, RESTRICT_BASE_URL } = settings;
  const { protocol, hostname } = new URL(OPENAI_BASE_URL);
  if (!RESTRICT_BASE_URL || isLoopback(hostname)) return [];
  const isKnown = settings.ALLOWED_BASE_URL_HOSTS.includes(hostname) ||
    dialectOf(hostname).hosts.length > 0;
  return [
    ...(protocol === "https:"
      ? []
      : ["OPENAI_BASE_URL: expected https with RESTRICT_BASE_URL, got http"]),
    ...(isKnown ? [] : [
      `OPENAI_BASE_URL: expected a host in ALLOWED_BASE_URL_HOSTS, got "${hostname}"`,
    ]),
  ];
}

function toUpstream(settings: Settings): Upstream {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, OPENROUTER_API_KEY } = settings;
  const host = hostOf(OPENAI_BASE_URL) ?? "";
  const key = isOpenRouter(host)
    ? OPENROUTER_API_KEY ?? OPENAI_API_KEY
    : OPENAI_API_KEY;
  return {
    name: host,
    url: OPENAI_BASE_URL.replace(/\/+$/, ""),
    keys: key ? [key] : [],
    api: settings.UPSTREAM_API,
    dialect: dialectNamed(settings.UPSTREAM_DIALECT) ?? dialectOf(host),
  };
}

/** With Brave's key, `SEARCH_URL` is where Brave is asked. */
function toSearch(
  { SEARCH_URL, BRAVE_API_KEY }: Settings,
): EngineConfig | null {
  if (BRAVE_API_KEY) {
    return { kind: "brave", url: SEARCH_URL ?? BRAVE_URL, key: BRAVE_API_KEY };
  }
  return SEARCH_URL ? { kind: "searxng", url: SEARCH_URL, key: null } : null;
}

/** Deno refuses to open a KV Connect server without one. */
function missingToken({ CCPROXY_KV_URL, DENO_KV_ACCESS_TOKEN }: Environment) {
  if (!CCPROXY_KV_URL || DENO_KV_ACCESS_TOKEN) return [];
  return [
    "DENO_KV_ACCESS_TOKEN: expected the access token of CCPROXY_KV_URL, it is not set",
  ];
}

function isOpenRouter(host: string): boolean {
  return host === new URL(OPENROUTER_URL).hostname;
}

function hostOf(url: string | undefined): string | undefined {
  return URL.canParse(url ?? "") ? new URL(url ?? "").hostname : undefined;
}
