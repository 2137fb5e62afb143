/**
 * The gate in front of upstreams that speak the Messages API: their answers are
 * evaluated while they are passed on.
 *
 * @module
 */
import { strictEqual as equal } from "node:assert";
import {
  EVENTS,
  eventStream,
  MESSAGE,
  sse,
  startPassing,
  STREAM,
} from "./messages_upstream.ts";
import { IMPATIENT, postMessages } from "./support.ts";

const overloaded = { type: "overloaded_error", message: "Overloaded" };
const failure = { type: "error", error: overloaded };

interface Way {
  stream: boolean;
  broken: () => Response;
  whole: () => Response;
}

const WAYS: Record<string, Way> = {
  "a stream that is closed in the middle": {
    stream: true,
    broken: () => eventStream(EVENTS.start + EVENTS.block),
    whole: () => eventStream(STREAM),
  },
  "a stream that ends with an error": {
    stream: true,
    broken: () => eventStream(EVENTS.start + EVENTS.block + sse(failure)),
    whole: () => eventStream(STREAM),
  },
  "an error in the place of a stream": {
    stream: true,
    broken: () => Response.json(failure),
    whole: () => eventStream(STREAM),
  },
  "an error in the place of a message": {
    stream: false,
    broken: () => Response.json(failure),
    whole: () => Response.json(MESSAGE),
  },
  "what is no message": {
    stream: false,
    broken: () => Response.json({ hello: "world" }),
    whole: () => Response.json(MESSAGE),
  },
};

for (const [name, { stream, broken, whole }] of Object.entries(WAYS)) {
  Deno.test(`passthrough counts ${name} as a failure, and frees its place`, async () => {
    let isBroken = true;
    let skippedMs = 0;
    await using passing = await startPassing(
      () => isBroken ? broken() : whole(),
      {
        retry: { ...IMPATIENT, maxAttempts: 1 },
        limits: { concurrency: 1, queue: { length: 0 } },
        clock: () => performance.now() + skippedMs,
      },
    );
    const ask = async () => {
      const response = await postMessages(passing.proxy, { stream });
      await response.text();
      return response;
    };
    for (let n = 0; n < 10; n++) await ask();
    equal(passing.asked.length, 10);
    const refused = await ask();
    equal(refused.status, 503);
    equal(refused.headers.get("x-ccproxy-attempts"), "0");

    isBroken = false;
    skippedMs = 5_000;
    const answer = await ask();
    equal(answer.status, 200);
    equal(answer.headers.get("x-ccproxy-attempts"), "1");
    const state = passing.proxy.upstreamState();
    equal(state?.models[0]?.lanes[0]?.breaker, "closed");
    equal(state?.keys[0]?.inFlight, 0);
  });
}
