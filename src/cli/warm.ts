/**
 * What `ccproxy cache warm` reads and sends: requests, so that their answers
 * are cached before anyone needs them.
 *
 * @module
 */
import { z } from "zod";
import { ApiError } from "../anthropic/errors.ts";
import { parseMessagesRequest } from "../anthropic/request.ts";
import { parseJson } from "../parse_json.ts";

/** A request of the file. */
export interface WarmRequest {
  /** Its line in the file, from 1. */
  line: number;
  model: string;
  /** The body as written there. */
  body: object;
}

/** Where the proxy is. */
export interface WarmDeps {
  url: string;
  /** A client key; absent: none is required. */
  key: string | undefined;
  fetch: typeof fetch;
  /** Prints progress. */
  write: (text: string) => void;
  /** Milliseconds. */
  now: () => number;
}

/** How many requests had which result. */
export interface WarmSum {
  asked: number;
  known: number;
  failed: number;
}

/** A file without any request, or with something else in it. */
export class WarmFileError extends Error {
  override readonly name = "WarmFileError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** Why no request can be sent. */
export class WarmProxyError extends Error {
  override readonly name = "WarmProxyError";
}

/** Concurrent requests: upstreams have limits. */
const AT_ONCE = 4;

/** Most problems of a file that are reported. */
const MAX_PROBLEMS = 10;

const Body = z.looseObject({});

/**
 * Reads requests, one `POST /v1/messages` body per line; blank lines are
 * skipped.
 *
 * @throws {WarmFileError} naming each bad line and its problem.
 */
export function readWarmRequests(text: string): WarmRequest[] {
  const requests: WarmRequest[] = [];
  const problems: string[] = [];
  text.split("\n").forEach((source, index) => {
    if (source.trim() === "") return;
    const line = index + 1;
    const { data: body } = Body.safeParse(parseJson(source));
    if (!body) {
      problems.push(`line ${line}: expected a request as JSON, on one line`);
      return;
    }
    try {
      const { model } = parseMessagesRequest(body);
      requests.push({ line, model, body });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problems.push(`line ${line}: ${error.message}`);
    }
  });
  const more = problems.length - MAX_PROBLEMS;
  if (more > 0) problems.splice(MAX_PROBLEMS, more, `and ${more} more`);
  if (problems.length > 0) throw new WarmFileError(problems);
  if (requests.length === 0) {
    throw new WarmFileError(["expected requests, one on a line; it has none"]);
  }
  return requests;
}

const Report = z.object({ mode: z.string(), ttl_seconds: z.number() });
const Failure = z.object({ error: z.object({ message: z.string() }) });

/**
 * Asks how a proxy keeps answers.
 *
 * @returns A remark to print first; `null`: none.
 * @throws {WarmProxyError} if it keeps none, or there is no proxy.
 */
export async function checkCache(
  { url, key, fetch }: WarmDeps,
): Promise<string | null> {
  const { status, text } = await send(
    () => fetch(`${url}/v1/cache`, { headers: headersOf(key) }),
    `No proxy answers at ${url}; start it with \`ccproxy serve\`, or set HOST and PORT to where it is`,
  );
  const { data: report } = Report.safeParse(parseJson(text));
  if (!report) throw new WarmProxyError(reasonOf(text, `${url}: ${status}`));
  if (report.mode === "off") {
    throw new WarmProxyError(
      "The proxy keeps no answers: it runs with RESPONSE_CACHE=off",
    );
  }
  if (report.mode === "all") return null;
  return "RESPONSE_CACHE=safe keeps titles, classifications and answers at " +
    "temperature 0; all others are forgotten after a minute";
}

/** Sends all requests that are not cached, a few at once, reporting each. */
export async function warmCache(
  requests: readonly WarmRequest[],
  deps: WarmDeps,
): Promise<WarmSum> {
  const sum: WarmSum = { asked: 0, known: 0, failed: 0 };
  const left = requests.values();
  let done = 0;
  async function work(): Promise<void> {
    for (const request of left) {
      const startedAt = deps.now();
      const { outcome, reason } = await warm(request, deps);
      sum[outcome]++;
      const seconds = ((deps.now() - startedAt) / 1_000).toFixed(1);
      deps.write(
        `${++done}/${requests.length}  line ${request.line}  ${request.model}  ` +
          `${SAID[outcome]} (${seconds} s)${reason ? `: ${reason}` : ""}\n`,
      );
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sum;
}

const SAID: Record<keyof WarmSum, string> = {
  asked: "asked",
  known: "was there",
  failed: "FAILED",
};

/** The result, in one line. */
export function describeWarming({ asked, known, failed }: WarmSum): string {
  return `${asked} asked, ${known} were there already, ${failed} failed\n`;
}

interface Warmed {
  outcome: keyof WarmSum;
  /** Why it failed. */
  reason?: string;
}

async function warm(
  { body }: WarmRequest,
  { url, key, fetch }: WarmDeps,
): Promise<Warmed> {
  const post = () =>
    fetch(`${url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headersOf(key) },
      body: JSON.stringify({ ...body, stream: false }),
    });
  try {
    const answer = await send(post, "The proxy has gone");
    const { status, text, cache } = answer;
    if (status !== 200) {
      return { outcome: "failed", reason: reasonOf(text, `status ${status}`) };
    }
    if (cache === "store-failed" || cache === "bypass") {
      return { outcome: "failed", reason: `not kept (${cache})` };
    }
    return { outcome: cache === "hit" ? "known" : "asked" };
  } catch (error) {
    if (!(error instanceof WarmProxyError)) throw error;
    return { outcome: "failed", reason: error.message };
  }
}

/** @param otherwise What to say if no answer comes. */
async function send(ask: () => Promise<Response>, otherwise: string) {
  try {
    const response = await ask();
    const { status, headers } = response;
    const cache = headers.get("x-ccproxy-cache");
    return { status, cache, text: await response.text() };
  } catch (error) {
    throw new WarmProxyError(otherwise, { cause: error });
  }
}

function headersOf(key: string | undefined): Record<string, string> {
  return key ? { "x-api-key": key } : {};
}

function reasonOf(text: string, otherwise: string): string {
  return Failure.safeParse(parseJson(text)).data?.error.message ?? otherwise;
}
