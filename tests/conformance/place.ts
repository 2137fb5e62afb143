/**
 * A dialect's upstream behind the proxy, to ask through the port.
 *
 * @module
 */
import { ok, strictEqual as equal } from "node:assert";
import type { Message } from "../../src/anthropic/message.ts";
import type { Exchange } from "../../src/demo/exchange.ts";
import { chunks, json, rawStream, type Reply } from "../../src/demo/replies.ts";
import { toResponsesReply } from "../../src/demo/responses/reply.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import type { Capabilities } from "../../src/openai/capabilities.ts";
import type { ChatRequest } from "../../src/openai/chat.ts";
import { targetAt } from "../builders.ts";
import { toMessage } from "../read_message.ts";
import {
  postMessages,
  type Proxy,
  type ProxyOptions,
  readEvents,
  type SentEvent,
  startProxy,
} from "../support.ts";
import { completion, SAID } from "./wire.ts";

/** What an upstream answers: always the same, or as its script decides. */
export type Answer = Reply | NonNullable<ProxyOptions["script"]>;

/** Fields of a Messages request. */
export type Fields = Record<string, unknown>;

/** Options besides the request's fields. */
export interface AskOptions extends Omit<ProxyOptions, "script" | "dialect"> {
  /** Sent by the client. */
  headers?: Record<string, string>;
}

/** What a client got instead of an answer. */
export interface Refused {
  status: number;
  headers: Headers;
  body: { type: string; request_id: string };
  error: { type: string; message: string; details?: { error_code: string } };
  /** What the upstream received. */
  exchanges: readonly Exchange[];
}

/** A streamed answer. */
export interface Streamed {
  message: Message;
  /** All events, pings left out. */
  events: SentEvent[];
}

/** Accept what OpenAI, and so the tests' upstream, would refuse. */
const UNLIKE_OPENAI: ReadonlySet<string> = new Set(["mistral"]);

/** One dialect, one of its upstream's models, and the API used for it. */
export class Place {
  /** Name of its column. */
  readonly name: string;

  constructor(
    readonly dialect: Dialect,
    readonly model: string,
    readonly api: "chat" | "responses" = "chat",
  ) {
    this.name = api === "chat" ? dialect.name : api;
  }

  /** The same upstream with another of its models. */
  with(model: string): Place {
    return new Place(this.dialect, model, this.api);
  }

  get capabilities(): Capabilities {
    return targetAt(this.dialect, this.model, this.api).capabilities;
  }

  /** A response that fails before any output (Responses). */
  failure(error: { code: string; message: string }): Reply {
    const [created = "", progress = ""] = this.pieces([]);
    const response = { status: "failed", error, output: [] };
    const type = "response.failed";
    const data = JSON.stringify({ type, sequence_number: 2, response });
    return rawStream([created, progress, `event: ${type}\ndata: ${data}\n\n`]);
  }

  /** Starts a proxy for as many requests as are needed. */
  open(answer: Answer = SAID, options: AskOptions = {}): Proxy {
    const { environment, ...rest } = options;
    return startProxy({
      refuses: !UNLIKE_OPENAI.has(this.dialect.name),
      ...rest,
      dialect: this.dialect,
      environment: {
        BIG_MODEL_NAME: this.model,
        UPSTREAM_API: this.api,
        ...environment,
      },
      script: typeof answer === "function" ? answer : () => answer,
    });
  }

  /** What reaches the upstream, byte for byte, for this client request. */
  async bytes(fields: Fields, options: AskOptions = {}): Promise<string> {
    return (await this.asked(fields, options)).bodyText;
  }

  /** The same as Chat Completions, whichever API it came through. */
  async sent(fields: Fields, options: AskOptions = {}): Promise<ChatRequest> {
    return (await this.asked(fields, options)).body;
  }

  /** A client's request as the upstream sees it. */
  async asked(fields: Fields, options: AskOptions = {}): Promise<Exchange> {
    await using proxy = this.open(SAID, options);
    const { headers = {} } = options;
    const response = await postMessages(proxy, fields, { headers });
    equal(response.status, 200, await response.text());
    const [exchange] = proxy.upstream.exchanges;
    ok(exchange, "the upstream was asked");
    return exchange;
  }

  /** The events for these pieces, one text each, without a sentinel. */
  pieces(list: readonly unknown[]): string[] {
    const reply = chunks(list, { done: false });
    const { body } = this.api === "chat" ? reply : toResponsesReply(reply, {
      request: { model: this.model, input: "Hi" },
      stamp: { id: "1", created: 0 },
      organization: "demo",
    }).reply;
    const { pieces } = Object(body);
    return Array.isArray(pieces) ? pieces.map(String) : [];
  }

  /** The message that a client gets for a whole answer. */
  async message(
    answer: Answer,
    fields: Fields = {},
    options: AskOptions = {},
  ): Promise<Message> {
    await using proxy = this.open(answer, options);
    const response = await postMessages(proxy, fields);
    const text = await response.text();
    equal(response.status, 200, text);
    return JSON.parse(text);
  }

  /** The message that a client gets for one choice of a whole answer. */
  async reads(
    message: Fields,
    { finish = "stop", usage, ...fields }: Fields & {
      finish?: string | null;
      usage?: unknown;
    } = {},
  ): Promise<Message> {
    const answer = json(completion(message, finish, usage));
    return await this.message(answer, fields);
  }

  /** What a client gets for a streamed answer; a list consists of chunks. */
  async streams(
    answer: Answer | readonly unknown[],
    fields: Fields = {},
    options: AskOptions = {},
  ): Promise<Streamed> {
    const all = await this.events(answer, fields, options);
    const events = all.filter(({ event }) => event !== "ping");
    return { message: toMessage(events), events };
  }

  /** Every event a client gets for a streamed answer, however it ends. */
  async events(
    answer: Answer | readonly unknown[],
    fields: Fields = {},
    options: AskOptions = {},
  ): Promise<SentEvent[]> {
    const reply = isList(answer) ? chunks(answer) : answer;
    await using proxy = this.open(reply, options);
    const response = await postMessages(proxy, { stream: true, ...fields });
    if (response.status !== 200) equal(await response.text(), "");
    return await readEvents(response);
  }

  /** The error that a client gets in place of an answer. */
  async refuses(
    answer: Answer,
    fields: Fields = {},
    options: AskOptions = {},
  ): Promise<Refused> {
    await using proxy = this.open(answer, options);
    const { headers: sent = {} } = options;
    const response = await postMessages(proxy, fields, { headers: sent });
    const text = await response.text();
    ok(response.status >= 400, text);
    const body = JSON.parse(text);
    const { status, headers } = response;
    const { exchanges } = proxy.upstream;
    return { status, headers, body, error: body.error, exchanges };
  }
}

function isList(
  answer: Answer | readonly unknown[],
): answer is readonly unknown[] {
  return Array.isArray(answer);
}
