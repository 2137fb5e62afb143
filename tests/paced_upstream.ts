/**
 * An upstream that writes its first answer when a test says so, and clients
 * that read it as it arrives.
 *
 * @module
 */
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import { chunks, rawStream } from "../src/demo/replies.ts";
import type { DemoUpstreamOptions } from "../src/demo/upstream.ts";
import { type Proxy, type ProxyOptions, startProxy } from "./support.ts";

/** A first answer that is written when a test says so. */
export interface PacedAnswer {
  /** Every answer after the first says "again". */
  script: NonNullable<DemoUpstreamOptions["script"]>;
  /** Writes a piece of the answer. */
  say(text: string): Promise<void>;
  /** Writes the answer's end. */
  end(): Promise<void>;
}

/** Creates the script of an upstream that waits for every word. */
export function pacedAnswer(): PacedAnswer {
  const encoder = new TextEncoder();
  const channel = new TransformStream<Uint8Array, Uint8Array>();
  const writer = channel.writable.getWriter();
  const write = (data: string) => writer.write(encoder.encode(data));
  return {
    script({ number, ended }) {
      if (number > 1) return chunks([textChunk("again"), finishChunk("stop")]);
      ended.then(() => writer.abort()).catch(() => {});
      return rawStream(channel.readable);
    },
    say: (text) => write(`data: ${JSON.stringify(textChunk(text))}\n\n`),
    async end() {
      const data = JSON.stringify(finishChunk("stop"));
      await write(`data: ${data}\n\ndata: [DONE]\n\n`);
      await writer.close();
    },
  };
}

/** A proxy whose upstream waits for every word of its first answer. */
export interface Paced extends Omit<PacedAnswer, "script">, AsyncDisposable {
  proxy: Proxy;
}

/** Starts it, with a cache. */
export function startPaced(
  { environment, ...options }: ProxyOptions = {},
): Paced {
  const { script, say, end } = pacedAnswer();
  const proxy = startProxy({
    script,
    environment: { RESPONSE_CACHE: "safe", ...environment },
    ...options,
  });
  return {
    proxy,
    say,
    end,
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

/** A client that reads an answer as it arrives. */
export interface Listener {
  response: Response;
  /** Reads until `words` have come, or to the end; returns all so far. */
  hear(words?: string): Promise<string>;
  leave(): Promise<void>;
}

/** Reads a stream as it arrives. */
export function listen(response: Response): Listener {
  const reader = response.body?.pipeThrough(new TextDecoderStream())
    .getReader();
  let text = "";
  return {
    response,
    async hear(words) {
      while (words === undefined || !text.includes(words)) {
        const { value, done } = await reader?.read() ?? { done: true };
        if (done) break;
        text += value;
      }
      return text;
    },
    leave: async () => await reader?.cancel(),
  };
}
