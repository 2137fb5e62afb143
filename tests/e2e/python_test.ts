/**
 * The official Python SDK as a judge of the proxy, as its users run it. What is
 * judged is in `tests/fixtures/python_judge.py`; here is what the upstream says.
 *
 * @module
 */
import { notStrictEqual as notEqual, strictEqual as equal } from "node:assert";
import { z } from "zod";
import {
  finishChunk,
  reasoningChunk,
  roleChunk,
  textChunk,
} from "../../src/demo/chunks.ts";
import type { Exchange } from "../../src/demo/exchange.ts";
import {
  chunks,
  json,
  openaiError,
  refusal,
  type Reply,
} from "../../src/demo/replies.ts";
import { serveDemoUpstream } from "../../src/demo/serve.ts";
import { completion } from "../conformance/wire.ts";
import { API_SETTINGS } from "./apis.ts";
import { setDeadline } from "./deadline.ts";
import { startProxyProcess } from "./proxy_process.ts";
import { runPython, whyNoPython } from "./python.ts";

const JUDGE = new URL("../fixtures/python_judge.py", import.meta.url);

const KEY = "the-client's-key";

/** One of the judge's retries waits 5 s. */
const LIMIT_MS = 120_000;

const Verdict = z.strictObject({
  name: z.string(),
  problem: z.string().nullable(),
});

const TOO_LONG = openaiError(
  "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
  { code: "context_length_exceeded" },
);

const OVERLOADED = refusal(503, openaiError("Overloaded"));

/** What the upstream says to the judge's questions; others it talks about. */
const REPLIES: Record<string, (exchange: Exchange, times: number) => Reply> = {
  "Think": says({ reasoning: ["Who asks? ", "I greet them."] }),
  "Think again": says({ reasoning: ["Again?"] }),
  "Count": says({ text: ["one, two, th", "ree, four"] }),
  "Never end": says({ text: ["On and ", "on"], finish: "length" }),
  "Too long": () => refusal(400, TOO_LONG),
  "No money": () => failing(429, { code: "insufficient_quota" }),
  "No model": () => failing(404, { code: "model_not_found" }),
  "Too fast": () =>
    refusal(429, openaiError("Slow down"), { "retry-after": "30" }),
  "Overloaded": () => OVERLOADED,
  "Overloaded at first": (exchange, times) =>
    // longer than the proxy tries
    times <= 3 ? OVERLOADED : says({})(exchange),
  "Break off": () =>
    chunks([roleChunk(), textChunk("Once upon")], { end: "cut" }),
};

/** A reply in the form that was asked for. */
function says(
  { reasoning = [], text = ["Good day"], finish = "stop" }: {
    reasoning?: string[];
    text?: string[];
    finish?: string;
  },
): (exchange: Exchange) => Reply {
  return ({ body: { stream } }) =>
    stream
      ? chunks([
        roleChunk(),
        ...reasoning.map(reasoningChunk),
        ...text.map(textChunk),
        finishChunk(finish),
      ])
      : json(completion({
        content: text.join(""),
        ...(reasoning.length > 0
          ? { reasoning_content: reasoning.join("") }
          : {}),
      }, finish));
}

function failing(status: number, details: { code: string }): Reply {
  return refusal(status, openaiError("No luck", details));
}

/** What the client has asked last. */
function questionOf({ body: { messages } }: Exchange): string {
  const content = messages.findLast(({ role }) => role === "user")?.content;
  return typeof content === "string" ? content : "";
}

const missing = await whyNoPython();
if (missing) {
  Deno.stderr.writeSync(
    new TextEncoder().encode(`Not judged by the Python SDK: ${missing}\n`),
  );
}

for (const api of ["chat/completions", "responses"] as const) {
  Deno.test({
    name: `the Python SDK is content (/${api})`,
    ignore: missing !== null,
    async fn(t) {
      using deadline = setDeadline(LIMIT_MS);
      const asked = new Map<string, number>();
      await using served = serveDemoUpstream({
        chunkMs: 5, // otherwise one read gets them all, as a single event
        script(exchange) {
          const question = questionOf(exchange);
          const times = (asked.get(question) ?? 0) + 1;
          asked.set(question, times);
          return REPLIES[question]?.(exchange, times);
        },
      });
      await using proxy = await startProxyProcess({
        environment: {
          OPENAI_BASE_URL: served.baseUrl,
          OPENAI_API_KEY: "dummy",
          CCPROXY_API_KEY: KEY,
          RESPONSE_CACHE: "off", // the same question is to be asked again
          WORKERS: "1", // each thread has its own memory of an outage
          ...API_SETTINGS[api],
        },
        signal: deadline.signal,
      });
      const lines = await runPython(JUDGE, proxy.url, KEY);
      const verdicts = lines.map((line) => Verdict.parse(JSON.parse(line)));
      notEqual(verdicts.length, 0);
      for (const { name, problem } of verdicts) {
        await t.step(name, () => equal(problem, null, problem ?? ""));
      }
    },
  });
}
