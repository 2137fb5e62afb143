/**
 * Settings that protect the proxy from its clients, and its owner from a wrong
 * upstream.
 *
 * @module
 */
import { z } from "zod";

/** Validated settings of the guards. */
export interface GuardSettings {
  /** Allowed names in the `Host` header; `*`: any. */
  allowedHosts: readonly string[];
  /** What web pages may do; `null`: nothing. */
  cors: CorsSettings | null;
  /** Tells browsers to use HTTPS only. */
  hsts: boolean;
  /** Per address; `null`: no limit. */
  rateLimit: RateLimit | null;
}

/** What web pages of other origins may do. */
export interface CorsSettings {
  origins: readonly string[];
  methods: readonly string[];
  headers: readonly string[];
}

/** How fast a client may send requests. */
export interface RateLimit {
  perMinute: number;
  /** Requests allowed at once after a pause. */
  burst: number;
}

/** `true`, `1`, `yes` and their opposites, in any case. */
export const Flag = z.stringbool({
  truthy: ["true", "1", "yes"],
  falsy: ["false", "0", "no"],
  error: "true or false",
});

/** Values separated by commas. */
const List = z.string()
  .transform((list) =>
    list.split(",").map((item) => item.trim()).filter((item) => item !== "")
  );

const Lowercase = List.transform((list) => list.map((it) => it.toLowerCase()));

const Count = z.coerce.number("a number of requests")
  .int("a whole number of requests").min(1, "at least 1 request");

/** Each message says what is expected. */
export const GUARD_VARIABLES = {
  ALLOWED_HOSTS: Lowercase.default([]),
  ENABLE_CORS: Flag,
  CORS_ALLOW_ORIGINS: List.default([]),
  CORS_ALLOW_METHODS: List,
  CORS_ALLOW_HEADERS: List.default([]),
  ENABLE_HSTS: Flag,
  RATE_LIMIT_ENABLED: Flag,
  RATE_LIMIT_PER_MINUTE: Count,
  RATE_LIMIT_BURST: Count,
  RESTRICT_BASE_URL: Flag,
  ALLOWED_BASE_URL_HOSTS: Lowercase.default([]),
};

type GuardValues = z.infer<z.ZodObject<typeof GUARD_VARIABLES>>;

/** @param isOpen Whether clients need no key, so that any page could ask. */
export function toGuardSettings(
  values: GuardValues,
  { isOpen, host }: { isOpen: boolean; host: string },
): GuardSettings {
  const named = values.ALLOWED_HOSTS;
  return {
    // With keys required, a page that came through another name gets nowhere.
    allowedHosts: named.length > 0 ? named : isOpen ? [host] : ["*"],
    cors: values.ENABLE_CORS
      ? {
        origins: values.CORS_ALLOW_ORIGINS,
        methods: values.CORS_ALLOW_METHODS,
        headers: values.CORS_ALLOW_HEADERS,
      }
      : null,
    hsts: values.ENABLE_HSTS,
    rateLimit: values.RATE_LIMIT_ENABLED
      ? {
        perMinute: values.RATE_LIMIT_PER_MINUTE,
        burst: values.RATE_LIMIT_BURST,
      }
      : null,
  };
}
