/**
 * The response cache through the proxy's own port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import { chunks, json, openaiError, type Reply } from "../src/demo/replies.ts";
import { readMessage } from "./read_message.ts";
import { postMessages, type ProxyOptions, startProxy } from "./support.ts";

const KEY = "client-key-1", OTHER_KEY = "client-key-2";

/** A proxy that caches, in front of an upstream that tells answers apart. */
function startCaching(
  { environment, ...options }: ProxyOptions = {},
) {
  return startProxy({
    script: tell,
    environment: { RESPONSE_CACHE: "safe", ...environment },
    ...options,
  });
}

function tell({ body, number }: Exchange): Reply {
  const text = `Answer ${number}`;
  return body.stream
    ? chunks([textChunk(text), finishChunk("stop"), USAGE])
    : json({
      choices: [{ message: { content: text }, finish_reason: "stop" }],
      usage: USAGE.usage,
    });
}

const USAGE = {
  choices: [],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
};

/** What an answer says, and how it was come by. */
async function told(response: Response) {
  equal(response.status, 200);
  const { headers } = response;
  const isStream = headers.get("content-type")?.startsWith("text/event-stream");
  const { content, usage, stop_reason } = isStream
    ? await readMessage(response)
    : await response.json();
  return {
    text: content[0].text,
    usage: [usage.input_tokens, usage.output_tokens],
    stop_reason,
    cache: headers.get("x-ccproxy-cache"),
    isStream,
  };
}

const FORMS = [false, true];

Deno.test("a repeated request is answered from the cache, in either form, from either form", async () => {
  for (const first of FORMS) {
    for (const second of FORMS) {
      await using proxy = startCaching();
      const asked = await told(await postMessages(proxy, { stream: first }));
      const again = await told(await postMessages(proxy, { stream: second }));
      equal(asked.cache, "miss");
      deepEqual(again, { ...asked, cache: "hit", isStream: second });
      equal(again.text, "Answer 1");
      deepEqual(again.usage, [11, 7]);
      equal(proxy.upstream.exchanges.length, 1);
    }
  }
});
