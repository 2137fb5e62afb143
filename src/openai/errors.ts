/**
 * Parses an upstream's error body, whatever its shape: `{error: {…}}`,
 * `[{error: {…}}]` (Gemini), `{error: "…"}`, `{code, error}` (xAI), `{message,
 * …}` (Mistral), `{detail: […]}` (FastAPI).
 *
 * @module
 */
import { z } from "zod";
import { parseJson } from "../parse_json.ts";

/** An upstream's error, in its own words. */
export interface UpstreamFailure {
  message: string;
  /** Code and type as given, e.g. `insufficient_quota`; numbers as digits. */
  codes: readonly string[];
  /** All texts in the body, to search for patterns. */
  text: string;
  /** The parameter it is about, e.g. `reasoning.summary`. */
  param?: string | undefined;
}

const Code = z.union([z.string(), z.number()]).nullish();

const Detail = z.looseObject({
  message: z.string().nullish(),
  code: Code,
  type: z.string().nullish(),
  status: Code, // Gemini: RESOURCE_EXHAUSTED
  param: z.string().nullish(),
  metadata: z.looseObject({ raw: z.unknown().optional() }).nullish(), // OpenRouter: the maker's own text
  n_prompt_tokens: z.number().nullish().catch(null), // llama.cpp, of an overflow
  n_ctx: z.number().nullish().catch(null),
});

const Body = z.looseObject({
  error: z.union([z.string(), Detail]).nullish(),
  message: z.unknown().optional(), // Mistral: an object if validation failed
  code: Code,
  type: z.string().nullish(),
  detail: z.unknown().optional(),
});

/** Longest message that is passed on, in characters. */
const MAX_MESSAGE = 2000;
/** Longest text that is searched for patterns. */
const MAX_TEXT = 8000;
/** … and longest text without structure, perhaps an HTML page. */
const MAX_PLAIN = 300;

/** Parses an error body; what is not JSON is stripped of its markup. */
export function parseFailure(body: string): UpstreamFailure {
  const json = parseJson(body);
  const result = Body.safeParse(Array.isArray(json) ? json[0] : json);
  if (!result.success) {
    const message = stripMarkup(body).slice(0, MAX_PLAIN);
    return { message, codes: [], text: message };
  }
  return readBody(result.data);
}

/** Parses the `error` of a stream's chunk or of a 200 body. */
export function readFailure(error: unknown): UpstreamFailure {
  const result = Body.safeParse({ error });
  if (result.success) return readBody(result.data);
  return { message: "unknown error", codes: [], text: "" };
}

/** The HTTP status among a failure's codes, if any. */
export function namedStatus({ codes }: UpstreamFailure): number | undefined {
  return codes.map(Number).find((code) => code >= 400 && code < 600);
}

function readBody(body: z.infer<typeof Body>): UpstreamFailure {
  const detail: Partial<Detail> = typeof body.error === "string"
    ? { message: body.error }
    : body.error ?? {};
  const raw = readRaw(detail);
  const message = raw?.message ?? detail.message ?? toText(body.message) ??
    toText(body.detail) ?? "no message";
  const codes = [detail.code, detail.type, detail.status, body.code, body.type]
    .filter((code) => code !== undefined && code !== null)
    .map(String)
    .concat(raw?.codes ?? []);
  return {
    message: message.slice(0, MAX_MESSAGE),
    codes,
    text: [...codes, message, detail.message, counted(detail)].join("\n")
      .slice(0, MAX_TEXT),
    ...(detail.param ? { param: detail.param } : {}),
  };
}

type Detail = z.infer<typeof Detail>;

function toText(said: unknown): string | undefined {
  if (said === undefined || said === null) return undefined;
  return typeof said === "string" ? said : JSON.stringify(said);
}

function counted({ n_prompt_tokens, n_ctx }: Partial<Detail>): string {
  return n_prompt_tokens && n_ctx
    ? `n_prompt_tokens ${n_prompt_tokens}, n_ctx ${n_ctx}`
    : "";
}

/**
 * An error inside the error: OpenRouter says "Provider returned error" and puts
 * the maker's in `raw`, other gateways use the maker's body as their message.
 */
function readRaw(
  { metadata, message }: Partial<Detail>,
): UpstreamFailure | undefined {
  const raw = metadata?.raw;
  if (typeof raw === "string" && raw !== "") return parseFailure(raw);
  return message && /^\s*\{\s*"error"/.test(message) && parseJson(message)
    ? parseFailure(message)
    : undefined;
}

function stripMarkup(text: string): string {
  return text.slice(0, 20_000)
    .replaceAll(/<(script|style)\b.*?<\/\1>/gis, " ")
    .replaceAll(/<[^>]*(>|$)/g, " ") // the last one may be cut off
    .replaceAll(/\s+/g, " ")
    .trim();
}
