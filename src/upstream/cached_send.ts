import type { ResponseCache } from "../cache/response_cache.ts";
import type { Target } from "../models/select_target.ts";
import type { Send, UpstreamCall } from "./send.ts";

/** A call whose answer may come from another client's call. */
export interface TranslatedCall extends UpstreamCall {
  /** The body for a target and a prompt length in tokens. */
  translate: (target: Target, inputTokens: number) => object | Promise<object>;
  /** The client's headers that are passed on. */
  headers?: Readonly<Record<string, string>>;
}

/** Sends only calls whose answer is neither cached nor in flight. */
export function createCachedSend<C extends TranslatedCall>(
  send: Send<C>,
  cache: Pick<ResponseCache, "answer" | "bypass">,
): Send<C> {
  return async (call) => {
    const { target, inputTokens, caching, headers = {} } = call;
    if (caching.takes === "own") {
      cache.bypass(caching);
      return await send(call);
    }
    const body = await call.translate(target, inputTokens);
    const { api, upstream: { url } } = target;
    return await cache.answer({
      question: { api, url, headers, body },
      caching,
      signal: call.abort.signal,
      ask: (abort) =>
        send({
          ...call,
          abort,
          // Reuses the body until a refusal teaches something.
          translate: (to: Target, tokens: number) =>
            to === target && tokens === inputTokens
              ? body
              : call.translate(to, tokens),
        }),
    });
  };
}
