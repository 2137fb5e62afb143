/**
 * The embedded upstream: a server of both of OpenAI's APIs with a simulated
 * model behind it. `ccproxy demo` runs the whole proxy on it, without key or
 * network; tests and benches script it.
 *
 * @module
 */
import type { ChatRequest } from "../openai/chat.ts";
import { type ApiPath, APIS } from "./api.ts";
import { Bill } from "./bill.ts";
import { BadRequest } from "./bad_request.ts";
import { type Exchange, LiveExchange } from "./exchange.ts";
import { answer } from "./model.ts";
import { play } from "./player.ts";
import { chunks, json, openaiError, type Reply, silence } from "./replies.ts";
import type { Stamp } from "./responses/envelope.ts";
import { promptText } from "./usage.ts";
import { toChunks, toCompletion } from "./wire.ts";
import { writeAnswer } from "./writing.ts";

/** What `GET /models` lists. Any other name is served, too. */
const MODELS = ["demo-big", "demo-small"];

/** Options for {@linkcode createDemoUpstream}. */
export interface DemoUpstreamOptions {
  /** The model's simulated time to its first chunk. @default {0} */
  firstChunkMs?: number;
  /** The model's simulated time between chunks. @default {0} */
  chunkMs?: number;
  /**
   * Returns a scripted reply; `undefined` leaves it to the model. A reply that
   * waits for something must stop waiting when `exchange.ended` settles.
   */
  script?: (
    exchange: Exchange,
  ) => Reply | undefined | Promise<Reply | undefined>;
  /**
   * Whether requests that OpenAI refuses are refused; other makers accept more.
   *
   * @default {true}
   */
  refuses?: boolean;
  /**
   * Whose reasoning it accepts back: also from another upstream of the same
   * organization, but not from another organization.
   *
   * @default {"demo"}
   */
  organization?: string;
  /** How many of the latest exchanges are kept. @default {1000} */
  keepExchanges?: number;
}

/** Behaves as a server; it listens where `Deno.serve` puts it. */
export interface DemoUpstream {
  /**
   * Answers `POST …/chat/completions`, `POST …/responses` and `GET …/models`
   * under any prefix; everything else is a 404. Needs no `this`.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The accepted requests so far, oldest first. */
  readonly exchanges: readonly Exchange[];
  /** The charges for its answers. */
  readonly bill: Pick<Bill, "byModel">;
}

/**
 * Creates an upstream that records its exchanges. Bad requests are refused as
 * OpenAI refuses them, before any script, and not recorded.
 */
export function createDemoUpstream(
  options: DemoUpstreamOptions = {},
): DemoUpstream {
  const {
    firstChunkMs = 0,
    chunkMs = 0,
    keepExchanges = 1000,
    refuses = true,
    organization = "demo",
  } = options;
  const seed = crypto.randomUUID().slice(0, 8);
  const exchanges: LiveExchange[] = [];
  const bill = new Bill();
  let count = 0;
  let previousPrompt = "";

  /** The model's answer, at the simulated speed. */
  function modelReply(request: ChatRequest, stamp: Stamp): Reply {
    const prompt = promptText(request);
    const written = writeAnswer(answer(request), request, {
      ...stamp,
      prompt,
      previousPrompt,
    });
    previousPrompt = prompt;
    if (request.stream !== true) {
      return silence(firstChunkMs, json(toCompletion(written)));
    }
    const includeUsage = request.stream_options?.include_usage === true;
    const list = toChunks(written, { includeUsage });
    return silence(firstChunkMs, chunks(list, { everyMs: chunkMs }));
  }

  async function answerRequest(
    request: Request,
    api: ApiPath,
  ): Promise<Response> {
    const { signal, url } = request;
    // A copy: the server's own cannot be read once the response is sent.
    const headers = new Headers(request.headers);
    const bodyText = await request.text();
    const read = APIS[api];
    const { body, speak } = read(bodyText, { refuses, organization });
    const number = ++count;
    const path = new URL(url).pathname;
    const exchange = new LiveExchange({
      number,
      path,
      api,
      headers,
      body,
      bodyText,
    });
    exchanges.push(exchange);
    if (exchanges.length > keepExchanges) exchanges.shift();
    signal.addEventListener("abort", () => exchange.end("cancelled"));
    if (signal.aborted) exchange.end("cancelled");
    const created = Math.floor(Date.now() / 1000);
    const stamp = { id: `${seed}${number}`, created };
    const scripted = await options.script?.(exchange);
    const asked = scripted ?? modelReply(body, stamp);
    bill.add(body.model, asked);
    const { reply, output } = speak(asked, stamp);
    exchange.output = output;
    return play(reply, exchange);
  }

  return {
    exchanges,
    bill,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const asked = `${request.method} ${pathname}`;
      const [, api] = /^POST .*\/(chat\/completions|responses)$/.exec(asked) ??
        [];
      if (api === "chat/completions" || api === "responses") {
        return await answerRequest(request, api).catch(refuse);
      }
      await request.body?.cancel();
      if (/^GET .*\/models$/.test(asked)) return Response.json(modelList());
      const body = openaiError(`Invalid URL (${asked})`);
      return Response.json(body, { status: 404 });
    },
  };
}

function refuse(thrown: unknown): Response {
  if (!(thrown instanceof BadRequest)) throw thrown;
  return Response.json(thrown.toBody(), { status: thrown.status });
}

function modelList(): unknown {
  const data = MODELS.map((id) => ({
    id,
    object: "model",
    created: 0,
    owned_by: "ccproxy",
  }));
  return { object: "list", data };
}
