/**
 * The environment variables ccproxy reads. `--help`, `.env.example`, the
 * README's table and the permissions of the tasks name the same ones; a test
 * holds them together.
 *
 * @module
 */

/** One environment variable. */
export interface Variable {
  /** Value if it is not set; absent: there is none. */
  default?: string;
  /** What it is for, with its unit. */
  help: string;
}

/** Every variable by name, in the order they are shown. */
export const VARIABLES = {
  OPENAI_API_KEY: {
    help: "key of the upstream; not needed for one on this machine",
  },
  OPENROUTER_API_KEY: {
    help: "key of OpenRouter; alone, it makes OpenRouter the upstream",
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
    default: "chat",
    help: "what it speaks: chat, or anthropic (the Messages API itself)",
  },
  UPSTREAM_DIALECT: {
    help: "how the upstream differs, e.g. vllm; else told by its host",
  },
  HOST: { default: "127.0.0.1", help: "address to listen on" },
  PORT: { default: "11434", help: "port to listen on; 0 takes a free one" },
  LOG_LEVEL: { default: "INFO", help: "DEBUG, INFO, WARN or ERROR" },
  CCPROXY_API_KEY: {
    help: "keys clients must send, separated by commas; none: all may ask",
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
    help: "let each address ask only so often",
  },
  RATE_LIMIT_PER_MINUTE: {
    default: "600",
    help: "requests an address may make a minute",
  },
  RATE_LIMIT_BURST: {
    default: "120",
    help: "requests it may make at once after a pause",
  },
  ENABLE_CORS: { default: "False", help: "let web pages ask" },
  CORS_ALLOW_ORIGINS: {
    help: "their origins, https://app.example, separated by commas; *: any",
  },
  CORS_ALLOW_METHODS: { default: "GET,POST", help: "what they may do" },
  CORS_ALLOW_HEADERS: { help: "headers they may send; none: any" },
  ENABLE_HSTS: {
    default: "False",
    help: "tell browsers to come by HTTPS only; behind a TLS proxy",
  },
  RESTRICT_BASE_URL: {
    default: "False",
    help: "only allow upstreams over HTTPS at known hosts, or on this machine",
  },
  ALLOWED_BASE_URL_HOSTS: {
    help: "hosts allowed beside the known makers', separated by commas",
  },
  SEARCH_URL: {
    help: "a SearXNG to search the web with, http://127.0.0.1:8888/search",
  },
  BRAVE_API_KEY: { help: "key of Brave's search engine, to search with that" },
  CCPROXY_DATA_DIR: {
    help: "folder of the store; :memory: keeps nothing; else the platform's",
  },
  CCPROXY_KV_URL: {
    help: "a KV Connect server to share the store with other instances",
  },
  DENO_KV_ACCESS_TOKEN: { help: "access token of that server" },
  RESPONSE_CACHE: {
    default: "safe",
    help: "answers given again: off, safe (housekeeping, and repeats), or all",
  },
  RESPONSE_CACHE_TTL: {
    default: "3600",
    help: "seconds such an answer is kept",
  },
  KEEP_ABANDONED_SECONDS: {
    default: "0",
    help: "seconds an answer goes on for a retry when its client has left",
  },
  UPSTREAM_IDLE_TIMEOUT: {
    default: "300",
    help: "seconds an upstream may send nothing before it is let go",
  },
  SHUTDOWN_TIMEOUT: {
    default: "30",
    help: "seconds running answers get to finish after SIGTERM or SIGINT",
  },
} as const satisfies Record<string, Variable>;

/** Variables of the platform, which tell where programs keep their data. */
export const PLATFORM_VARIABLES = [
  "HOME",
  "XDG_DATA_HOME",
  "LOCALAPPDATA",
] as const;

/** Name of a variable. */
export type VariableName = keyof typeof VARIABLES;

/** Variables as they were found. */
export type Environment = Partial<Record<VariableName, string | undefined>>;
