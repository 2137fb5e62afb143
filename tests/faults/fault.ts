/**
 * A fault of an upstream, and what the client must see of it.
 *
 * @module
 */
import { match, ok, strictEqual as equal } from "node:assert";
import type { Reply } from "../../src/demo/replies.ts";
import {
  postMessages,
  type Proxy,
  type ProxyOptions,
  readEvents,
  startProxy,
} from "../support.ts";

/** What the client finally sees. */
export interface Seen {
  /** Of the status line; 200 if the error is a stream's event. */
  status: number;
  /** `error.type`; absent: the answer is complete. */
  type?: string;
  /** The error's message, or the answer's text. */
  tells: RegExp;
  /** Header `x-should-retry`. */
  shouldRetry?: "true" | "false";
  /** Header `retry-after`, in seconds. */
  retryAfter?: string;
  /** Header `x-ccproxy-attempts`. */
  attempts?: number;
}

/** An upstream that fails in one way. */
export interface Fault {
  name: string;
  /** The embedded upstream's answer; absent: another upstream is asked. */
  script?: NonNullable<ProxyOptions["script"]> | (() => Reply);
  options?: ProxyOptions;
  /** Starts another upstream; returns its base URL, and ends it on disposal. */
  upstream?: () => Promise<{ url: string } & AsyncDisposable>;
  /** A client that wants a stream, and one that wants it whole. */
  stream: Seen;
  whole?: Seen;
}

/** Lets both kinds of clients experience a fault. */
export async function suffer(fault: Fault, t: Deno.TestContext): Promise<void> {
  const { upstream, script, options, stream, whole = stream } = fault;
  await t.step("streamed", () => happen(true, stream));
  await t.step("whole", () => happen(false, whole));

  async function happen(isStream: boolean, seen: Seen): Promise<void> {
    const other = await upstream?.();
    await using _other = other ?? NOTHING;
    await using proxy = startProxy({
      ...(script ? { script } : {}),
      ...options,
      environment: {
        ...(other ? { OPENAI_BASE_URL: other.url } : {}),
        ...options?.environment,
      },
    });
    await check(proxy, isStream, seen);
    await settled(proxy);
  }
}

const NOTHING: AsyncDisposable = {
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

async function check(
  proxy: Proxy,
  stream: boolean,
  seen: Seen,
): Promise<void> {
  const response = await postMessages(proxy, { stream });
  const { status, headers } = response;
  const isEvents = headers.get("content-type")?.includes("event-stream");
  const { type, text } = isEvents
    ? await lastWord(response)
    : word(await response.json());
  const all = `${status} ${type}: ${text}`;
  equal(status, seen.status, all);
  equal(type, seen.type, all);
  match(text, seen.tells);
  if (status !== 200) {
    equal(headers.get("x-should-retry") ?? undefined, seen.shouldRetry, all);
    equal(headers.get("retry-after") ?? undefined, seen.retryAfter, all);
  }
  if (seen.attempts !== undefined) {
    equal(headers.get("x-ccproxy-attempts"), String(seen.attempts), all);
  }
}

interface Word {
  type: string | undefined;
  text: string;
}

/** How a stream ends: with its error, or with all its text. */
async function lastWord(response: Response): Promise<Word> {
  const events = await readEvents(response);
  const last = events.at(-1);
  if (last?.event === "error") return word(last.data);
  equal(last?.event, "message_stop");
  const text = events.map(({ data }) => Object(data.delta).text ?? "").join("");
  return { type: undefined, text };
}

function word({ error, content }: Record<string, unknown>): Word {
  if (error) return { type: Object(error).type, text: Object(error).message };
  ok(Array.isArray(content));
  return {
    type: undefined,
    text: content.map((block) => block.text ?? "").join(""),
  };
}

/** Nothing continues upstream once the client has its answer. */
async function settled({ upstream }: Proxy): Promise<void> {
  await Promise.all(upstream.exchanges.map(({ ended }) => ended));
}
