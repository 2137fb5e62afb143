import type { MiddlewareHandler } from "hono";
import type { LogBody } from "../observe/body_log.ts";
import type { RequestEnv } from "./request_id.ts";

/** How much of an answer is kept for the log, in characters. */
const MAX_CHARS = 4 * 1024 * 1024;

/** Longer than any secret that could be cut in two at the limit. */
const MARGIN = 4_096;

/** Logs what clients are answered, including errors; `null`: nothing. */
export function logAnswers(
  logBody: LogBody | null,
): MiddlewareHandler<RequestEnv> {
  return async function logAnswers(c, next) {
    await next();
    if (!logBody) return; // even reading the body property makes Deno send it in chunks
    const { body } = c.res;
    if (!body) return;
    const { log } = c.var;
    c.res = new Response(
      overheard(body, (text) => logBody(log, { what: "answer", text })),
      c.res,
    );
  };
}

/** The same stream; its content is reported when it ends, however it ends. */
function overheard(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  tell: (text: string) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let isTold = false;
  const end = () => {
    if (isTold) return;
    isTold = true;
    tell(text.length < MAX_CHARS ? text : text.slice(0, -MARGIN));
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          const said = decoder.decode(value, { stream: true });
          if (text.length < MAX_CHARS) text += said;
          return controller.enqueue(value);
        }
      } catch (error) {
        end();
        throw error;
      }
      end();
      controller.close();
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
