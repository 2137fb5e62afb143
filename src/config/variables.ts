/**
 * The environment variables ccproxy reads. `--help`, `.env.example`, the
 * README's table and the permissions of the tasks name the same ones; a test
 * compares them.
 *
 * @module
 */

/** One environment variable. */
export interface Variable {
  /** Value if it is not set; absent: there is none. */
  default?: string;
  /** What it is for, including its unit. */
  help: string;
  /** Deno's own name for it, which Deno reads from the process. */
  denosName?: string;
}

/** Every variable by name, in the order they are shown. */
export const VARIABLES = {
  OPENAI_API_KEY: {
    help: "keys of the upstream, separated by commas; a local one needs none",
  },
  OPENROUTER_API_KEY: {
    help: "keys of OpenRouter; alone, they make OpenRouter the upstream",
  },
  BIG_MODEL_NAME: {
    help: "upstream model for Opus, Sonnet, Fable and unknown names",
  },
  SMALL_MODEL_NAME: { help: "upstream model for Haiku" },
  OPENAI_BASE_URL: {
    default: "https://api.openai.com/v1",
    help: "the upstream: any server that speaks Chat Completions",
  },
  UPSTREAM_API: {
    default: "auto",
    help: "API to use: chat, responses or anthropic; auto: by model",
  },
  UPSTREAM_DIALECT: {
    help: "dialect of the upstream, e.g. vllm; default: by its host",
  },
  CCPROXY_CONFIG: {
    default: "ccproxy.json",
    help: "file with several upstreams and fallbacks; optional",
  },
  HOST: { default: "127.0.0.1", help: "address to listen on" },
  PORT: { default: "11434", help: "port to listen on; 0: any free one" },
  IS_LOCAL_DEPLOYMENT: {
    default: "False",
    help: "serve in one thread, which is enough for one person",
  },
  WORKERS: {
    help: "threads that serve, 1–64; default: one per core, at most 4",
  },
  LOG_LEVEL: { default: "INFO", help: "DEBUG, INFO, WARN or ERROR" },
  LOG_FILE: {
    help: "also log to this file, as JSON; rotated at 50 MB, 5 old ones kept",
  },
  LOG_BODIES: {
    default: "False",
    help: "also log requests and answers, without keys",
  },
  CCPROXY_API_KEY: {
    help: "keys clients must send, separated by commas; empty: none needed",
  },
  ALLOW_OPEN: {
    default: "False",
    help: "listen beyond this machine without a CCPROXY_API_KEY",
  },
  ALLOWED_HOSTS: {
    help: "host names clients may use, separated by commas; *: any",
  },
  RATE_LIMIT_ENABLED: {
    default: "False",
    help: "limit how many requests each address may make",
  },
  RATE_LIMIT_PER_MINUTE: {
    default: "600",
    help: "requests an address may make per minute",
  },
  RATE_LIMIT_BURST: {
    default: "120",
    help: "requests an address may make at once after a pause",
  },
  ENABLE_CORS: { default: "False", help: "allow requests from web pages" },
  CORS_ALLOW_ORIGINS: {
    help: "their origins, https://app.example, separated by commas; *: any",
  },
  CORS_ALLOW_METHODS: { default: "GET,POST", help: "methods they may use" },
  CORS_ALLOW_HEADERS: { help: "headers they may send; empty: any" },
  ENABLE_HSTS: {
    default: "False",
    help: "tell browsers to use HTTPS only; for use behind a TLS proxy",
  },
  RESTRICT_BASE_URL: {
    default: "False",
    help: "only allow upstreams over HTTPS at known hosts, or on this machine",
  },
  ALLOWED_BASE_URL_HOSTS: {
    help: "hosts allowed besides the known makers', separated by commas",
  },
  ALERT_WEBHOOK_URL: {
    help: "URL to post alerts to, as {text}, e.g. a Slack webhook",
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    help: "collector for traces and clients' telemetry, http://127.0.0.1:4318",
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    help: "URL to post traces to instead, used unchanged",
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    help: "headers for the collector, name=value, separated by commas",
  },
  OTEL_SERVICE_NAME: {
    default: "ccproxy",
    help: "name of this proxy in traces",
  },
  OTEL_TRACES_SAMPLER: {
    default: "parentbased_always_on",
    help: "traces to keep: always_on, always_off, traceidratio, parentbased_…",
  },
  OTEL_TRACES_SAMPLER_ARG: {
    default: "1",
    help: "share of traces that traceidratio keeps, 0–1",
  },
  SEARCH_URL: {
    help: "SearXNG to search the web with, http://127.0.0.1:8888/search",
  },
  BRAVE_API_KEY: { help: "key of Brave's search API, to use that instead" },
  CCPROXY_DATA_DIR: {
    help: "folder of the store; :memory: saves nothing; default: platform's",
  },
  CCPROXY_KV_URL: {
    help: "a KV Connect server to share the store with other instances",
  },
  DENO_KV_ACCESS_TOKEN: { help: "access token of that server" },
  TOKEN_CACHE_TTL: {
    default: "300",
    help: "seconds the token count of a text is cached",
  },
  RESPONSE_CACHE: {
    default: "safe",
    help: "answers to reuse: off, safe (housekeeping and repeats), or all",
  },
  RESPONSE_CACHE_TTL: {
    default: "3600",
    help: "seconds such an answer is kept",
  },
  KEEP_ABANDONED_SECONDS: {
    default: "0",
    help: "seconds an answer continues, for a retry, after its client left",
  },
  UPSTREAM_CONNECT_TIMEOUT: {
    default: "10",
    help: "seconds connecting to an upstream may take",
  },
  UPSTREAM_FIRST_BYTE_TIMEOUT: {
    default: "600",
    help: "seconds an upstream may take to begin its answer",
  },
  UPSTREAM_IDLE_TIMEOUT: {
    default: "300",
    help: "seconds an upstream may pause within an answer",
  },
  UPSTREAM_TOTAL_TIMEOUT: {
    default: "3600",
    help: "seconds an upstream may take for a whole answer",
  },
  POOL_MAX_CONNECTIONS: {
    default: "500",
    help: "concurrent connections to one upstream, if it has no HTTP/2",
  },
  POOL_MAX_KEEPALIVE_CONNECTIONS: {
    default: "50",
    help: "unused connections to one upstream that are kept",
  },
  POOL_KEEPALIVE_EXPIRY: {
    default: "120",
    help: "seconds an unused connection is kept",
  },
  HTTPS_PROXY: {
    help: "proxy for https upstreams, e.g. http://proxy.example:3128",
    denosName: "HTTPS_PROXY",
  },
  HTTP_PROXY: {
    help: "proxy for http upstreams",
    denosName: "HTTP_PROXY",
  },
  NO_PROXY: {
    help: "hosts reached without a proxy, separated by commas",
    denosName: "NO_PROXY",
  },
  NODE_EXTRA_CA_CERTS: {
    help: "PEM file of certificates to trust besides the usual ones",
    denosName: "DENO_CERT", // has the same name only from 2.9 on
  },
  SHUTDOWN_TIMEOUT: {
    default: "30",
    help: "seconds running answers get to finish after SIGTERM or SIGINT",
  },
} as const satisfies Record<string, Variable>;

/** Variables of the platform that say where programs keep their data. */
export const PLATFORM_VARIABLES = [
  "HOME",
  "XDG_DATA_HOME",
  "LOCALAPPDATA",
] as const;

/** Name of a variable. */
export type VariableName = keyof typeof VARIABLES;

/** Variables as they were found. */
export type Environment = Partial<Record<VariableName, string | undefined>>;
