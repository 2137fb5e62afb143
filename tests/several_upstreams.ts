/**
 * A proxy in front of several upstreams, configured by a file.
 *
 * @module
 */
import type { Exchange } from "../src/demo/exchange.ts";
import type { Reply } from "../src/demo/replies.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import {
  type Asked,
  type Script as MessagesScript,
  serveMessages,
} from "./messages_upstream.ts";
import type { UpstreamLimits } from "../src/models/upstream_limits.ts";
import { type Proxy, type ProxyOptions, startProxy } from "./support.ts";

/** Plays a reply; `undefined` leaves the answer to the simulated model. */
type Script = (
  exchange: Exchange,
) => Reply | undefined | Promise<Reply | undefined>;

/** What an upstream does. */
export type Behaviour =
  /** Speaks Chat Completions. */
  | { chat: Script }
  /** Speaks the Responses API. */
  | { responses: Script }
  /** Speaks the Messages API. */
  | { messages: MessagesScript }
  /** Nobody listens. */
  | "refused";

/** Options for {@linkcode startSeveral}. */
export interface SeveralOptions extends Omit<ProxyOptions, "limits"> {
  /** Rows of the file; default: one with all upstreams in order. */
  models?: unknown[];
  /** Keys of upstreams that have some. */
  keys?: Record<string, string[]>;
  /** Limits of upstreams that have some. */
  limits?: Record<string, UpstreamLimits>;
}

/** A proxy and its upstreams; disposing of it closes all. */
export interface Several extends AsyncDisposable {
  proxy: Proxy;
  /** How often an upstream has been asked. */
  askedOf: (name: string) => number;
}

/** One failed attempt is enough. */
const ONCE = { maxAttempts: 1, baseMs: 0, maxMs: 0 };

/**
 * Starts upstreams by name. Unless `models` says otherwise, each answers with
 * the model `<name>-model`, in the given order.
 */
export async function startSeveral(
  behaviours: Record<string, Behaviour>,
  { models, keys = {}, limits = {}, ...options }: SeveralOptions = {},
): Promise<Several> {
  await using parts = new AsyncDisposableStack();
  const asked: Record<string, readonly (Asked | Exchange)[]> = {};
  const upstreams: Record<string, unknown> = {};
  for (const [name, behaviour] of Object.entries(behaviours)) {
    if (behaviour === "refused") {
      upstreams[name] = { url: closedUrl() };
    } else if (!("messages" in behaviour)) {
      const [api, script] = "chat" in behaviour
        ? ["chat", behaviour.chat]
        : ["responses", behaviour.responses];
      const served = parts.use(serveDemoUpstream({ script }));
      upstreams[name] = {
        url: served.baseUrl,
        api,
        keys: keys[name],
        limits: limits[name],
      };
      asked[name] = served.upstream.exchanges;
    } else {
      const served = parts.use(serveMessages(behaviour.messages));
      upstreams[name] = { url: served.baseUrl, api: "anthropic" };
      asked[name] = served.asked;
    }
  }
  const to = Object.keys(behaviours).map((name) => `${name}/${name}-model`);
  const proxy = parts.use(startProxy({
    retry: ONCE,
    ...options,
    file: { upstreams, models: models ?? [{ match: "*", to }] },
  }));
  const running = parts.move();
  return {
    proxy,
    askedOf: (name) => asked[name]?.length ?? 0,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A URL at which nobody listens any more. */
function closedUrl(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}/v1`;
}
