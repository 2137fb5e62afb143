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
} from "../cache/cache_settings.ts";
import { type FoundFile, parseConfigFile } from "./config_file.ts";
import { mergeModels } from "./config_models.ts";
import {
  DIALECT_NAMES,
  KEY,
  type ReadVariable,
  splitKeys,
} from "./config_schema.ts";
import { dialectNamed, dialectOf } from "../dialects/registry.ts";
import {
  Flag,
  GUARD_VARIABLES,
  type GuardSettings,
  toGuardSettings,
} from "./guard_settings.ts";
import { hostOf } from "../host_of.ts";
import {
  LOG_VARIABLES,
  type LogSettings,
  toLogSettings,
} from "./log_settings.ts";
import type { ModelRow } from "../models/model_rows.ts";
import { type Upstream, UPSTREAM_APIS } from "../models/select_target.ts";
import type { EngineConfig } from "../search/engine.ts";
import { toSearchEngine } from "./search_settings.ts";
import { refusedUrls } from "./refused_urls.ts";
import {
  isOpenRouter,
  missingKey,
  missingModels,
  OPENROUTER_URL,
  openToAll,
} from "./requirements.ts";
import { redact, Secret } from "../secret.ts";
import {
  missingToken,
  STORE_VARIABLES,
  type StoreSettings,
  toStoreSettings,
} from "./store_settings.ts";
import {
  pointingHere,
  TELEMETRY_VARIABLES,
  type TelemetrySettings,
  toTelemetrySettings,
} from "./telemetry_settings.ts";
import {
  Seconds,
  toTransportSettings,
  TRANSPORT_VARIABLES,
  type TransportSettings,
} from "./transport_settings.ts";
import { THREAD_VARIABLES, toWorkers } from "./thread_settings.ts";
import { type Environment, VARIABLES } from "./variables.ts";

/** Validated settings. */
export interface Config extends TransportSettings, LogSettings {
  host: string;
  port: number;
  /** Number of serving threads the user wants; `null`: the machine decides. */
  workers: number | null;
  /** At least one. */
  upstreams: readonly Upstream[];
  /** Which targets serve which model name; the first match wins. */
  models: readonly ModelRow[];
  /** Keys clients may send; empty: no key is required. */
  clientKeys: Secret[];
  guards: GuardSettings;
  /** A URL that alerts are posted to; whoever knows it can post there. */
  alertWebhook: Secret | null;
  /** Destination of traces and clients' own telemetry; `null`: none. */
  telemetry: TelemetrySettings | null;
  /** Searches the web for models that cannot; `null`: no engine. */
  search: EngineConfig | null;
  store: StoreSettings;
  cache: CacheSettings;
  /** How long token counts are kept. */
  tokenCacheTtlMs: number;
  shutdownTimeoutMs: number;
  /** Settings that have no effect, each in a sentence. */
  notices: readonly string[];
}

/** Sources of settings besides the variables ccproxy knows. */
export interface ConfigSources {
  /** `ccproxy.json`; `null`: there is none. */
  file?: FoundFile | null;
  /** Reads the variables that the file names. */
  readVariable?: ReadVariable;
}

/** Invalid settings: all of them, each with what to write instead. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

const ANTHROPIC_URL = "https://api.anthropic.com/v1";
const Key = z.string()
  .regex(KEY, "a key without spaces or line breaks")
  .transform((value) => new Secret(value))
  .optional();

const KeyList = z.string()
  .transform(splitKeys)
  .refine(
    (keys) => keys.length > 0 && keys.every((key) => KEY.test(key)),
    "one or more keys, separated by commas",
  )
  .transform((keys) => keys.map((key) => new Secret(key)))
  .default([]);

const Port = z.coerce.number("a port, 0–65535").int("a port, 0–65535")
  .min(0, "a port, 0–65535").max(65_535, "a port, 0–65535");

/** Each message says what is expected. Missing values have defaults. */
const Settings = z.object({
  OPENAI_API_KEY: KeyList,
  OPENROUTER_API_KEY: KeyList,
  CCPROXY_API_KEY: KeyList,
  BIG_MODEL_NAME: z.string().optional(),
  SMALL_MODEL_NAME: z.string().optional(),
  OPENAI_BASE_URL: z.url({
    protocol: /^https?$/,
    error: "a URL, e.g. https://api.openai.com/v1",
  }),
  UPSTREAM_API: z.string().toLowerCase()
    .pipe(z.enum(UPSTREAM_APIS, `one of ${UPSTREAM_APIS.join(", ")}`)),
  UPSTREAM_DIALECT: z.string().toLowerCase()
    .pipe(z.enum(DIALECT_NAMES, `one of ${DIALECT_NAMES.join(", ")}`))
    .optional(),
  CCPROXY_CONFIG: z.string(),
  HOST: z.string().regex(/^[\w.:-]+$/, "an address, e.g. 127.0.0.1"),
  PORT: Port,
  ...THREAD_VARIABLES,
  ...LOG_VARIABLES,
  ALLOW_OPEN: Flag,
  ...GUARD_VARIABLES,
  ALERT_WEBHOOK_URL: z.url({
    protocol: /^https?$/,
    error: "a URL, e.g. https://hooks.slack.com/services/…",
  }).transform((url) => new Secret(url)).optional(),
  ...TELEMETRY_VARIABLES,
  SEARCH_URL: z.url({
    protocol: /^https?$/,
    error: "a URL, e.g. http://127.0.0.1:8888/search",
  }).optional(),
  BRAVE_API_KEY: Key,
  ...STORE_VARIABLES,
  DENO_KV_ACCESS_TOKEN: Key,
  ...CACHE_VARIABLES,
  ...TRANSPORT_VARIABLES,
  SHUTDOWN_TIMEOUT: Seconds,
});

type Settings = z.infer<typeof Settings>;

/**
 * Validates the environment and the file.
 *
 * Both may name upstreams and models. The file's rows come first, then those
 * for `BIG_MODEL_NAME` and `SMALL_MODEL_NAME`, at the environment's upstream;
 * if the file has a row for every name, the latter have no effect.
 *
 * @throws {ConfigError} listing every problem. Values of keys are never shown.
 */
export function parseConfig(
  environment: Environment,
  { file, readVariable = () => undefined }: ConfigSources = {},
): Config {
  const set = withoutBlanks(environment);
  const given = withDefaults(set);
  const result = Settings.safeParse(given);
  const said = file ? parseConfigFile(file, readVariable) : null;
  const problems = [
    ...(result.error?.issues ?? []).map((issue) => describe(issue, given)),
    ...missingModels(set, said),
    ...missingKey(given, said),
    ...openToAll(given),
    ...said?.problems ?? [],
    ...(result.success ? refusedUrls(result.data, { set, file: said }) : []),
    ...missingToken(given),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  const settings = result.data;
  const own = { host: settings.HOST, port: settings.PORT };
  const { notices, ...models } = mergeModels(said, {
    set,
    upstream: toUpstream(settings),
  });
  return {
    host: settings.HOST,
    port: settings.PORT,
    workers: toWorkers(settings),
    ...toLogSettings(settings),
    clientKeys: settings.CCPROXY_API_KEY,
    guards: toGuardSettings(settings, {
      isOpen: settings.CCPROXY_API_KEY.length === 0,
      host: settings.HOST,
    }),
    alertWebhook: settings.ALERT_WEBHOOK_URL ?? null,
    telemetry: toTelemetrySettings(settings, own),
    search: toSearchEngine(settings),
    ...toTransportSettings(settings),
    store: toStoreSettings(settings),
    cache: toCacheSettings(settings),
    tokenCacheTtlMs: settings.TOKEN_CACHE_TTL,
    shutdownTimeoutMs: settings.SHUTDOWN_TIMEOUT,
    ...models,
    notices: [...notices, ...pointingHere(settings, own)],
  };
}

/** Blank variables count as not set: `.env` files are full of them. */
function withoutBlanks(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()])
      .filter(([, value]) => value),
  );
}

function withDefaults(set: Environment): Environment {
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
  const isSecret = /_(?:KEY|TOKEN|WEBHOOK_URL|HEADERS)$/.test(name);
  const got = value === undefined
    ? "it is not set"
    : isSecret
    ? "got something else"
    : `got "${redact(value)}"`;
  return `${name}: expected ${issue.message}, ${got}`;
}

function toUpstream(settings: Settings): Upstream {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, OPENROUTER_API_KEY } = settings;
  const host = hostOf(OPENAI_BASE_URL) ?? "";
  const isRouter = isOpenRouter(host) && OPENROUTER_API_KEY.length > 0;
  return {
    name: host,
    url: OPENAI_BASE_URL.replace(/\/+$/, ""),
    keys: isRouter ? OPENROUTER_API_KEY : OPENAI_API_KEY,
    api: settings.UPSTREAM_API,
    dialect: dialectNamed(settings.UPSTREAM_DIALECT) ?? dialectOf(host),
  };
}
