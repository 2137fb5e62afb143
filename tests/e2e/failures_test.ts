import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { roleChunk, textChunk, toolCallChunk } from "../../src/demo/chunks.ts";
import { chunks, openaiError, refusal } from "../../src/demo/replies.ts";
import { testByEachApi } from "./apis.ts";
import { blocksOf, type ClientEvent } from "./client_event.ts";
import { callReply, textReply } from "./replies.ts";
import { setStage } from "./stage.ts";

Deno.test("Claude Code does not notice a rate limit that soon passes", async () => {
  const limited = refusal(429, openaiError("Slow down"), {
    "retry-after": "1",
  });
  await using stage = await setStage({
    script: ({ number }) => number === 1 ? limited : textReply("Good day"),
  });
  const { code, events, result } = await stage.ask("Say hello");
  equal(code, 0);
  equal(result.result, "Good day");
  deepEqual(retries(events), []);
  equal(stage.upstream.exchanges.length, 2);
});

Deno.test("Claude Code asks again when an overload outlasts the proxy's attempts", async () => {
  const overloaded = refusal(503, openaiError("Overloaded"));
  await using stage = await setStage({
    script: ({ number }) => number <= 3 ? overloaded : textReply("Good day"),
  });
  const { code, events, result } = await stage.ask("Say hello");
  equal(code, 0);
  equal(result.result, "Good day");
  deepEqual(retries(events), [529]);
  equal(stage.upstream.exchanges.length, 4);
});

Deno.test("Claude Code waits as long as the upstream asks for", async () => {
  const limited = refusal(429, openaiError("Slow down"), {
    "retry-after": "30",
  });
  await using stage = await setStage({ script: () => limited });
  const client = stage.start();
  await client.say("Say hello");
  const retry = await client.until(({ subtype }) => subtype === "api_retry");
  equal(retry.error_status, 429);
  ok(Number(retry.retry_delay_ms) >= 30_000);
  equal(stage.upstream.exchanges.length, 1);
});

const OUTAGES: Record<string, [status: number, said: string]> = {
  "is being restarted": [503, "Loading model"],
  "is out of reach": [502, "Bad gateway"],
};

for (const [what, [status, said]] of Object.entries(OUTAGES)) {
  Deno.test(`Claude Code outlasts 30 s in which the upstream ${what}`, async () => {
    let backAt = 0;
    await using stage = await setStage({
      script() {
        backAt ||= Date.now() + 30_000;
        return Date.now() < backAt
          ? refusal(status, openaiError(said))
          : textReply("Good day");
      },
    });
    const { code, result } = await stage.ask("Say hello");
    equal(code, 0);
    equal(result.result, "Good day");
    // Three of ours, then each of the client's tries once: never multiplied.
    const { length } = stage.upstream.exchanges;
    ok(length <= 12, `${length} requests`);
  });
}

testByEachApi(
  "Claude Code recovers when the upstream breaks off",
  async (api) => {
    const half = chunks([roleChunk(), textChunk("Good ")], { end: "cut" });
    await using stage = await setStage({
      api,
      script: ({ number }) => number === 1 ? half : undefined,
    });
    const { code, result } = await stage.ask("Say hello");
    equal(code, 0);
    match(result.result, /You wrote: "Say hello"/);
    equal(stage.upstream.exchanges.length, 2);
  },
);

testByEachApi(
  "Claude Code runs no call whose arguments were cut off, and goes on",
  async (api) => {
    const callId = { id: "call_cut", name: "Bash" };
    const cut = chunks([
      roleChunk(),
      textChunk("I will look. "),
      toolCallChunk(callId),
      // Valid JSON if it were closed, and a command whose running would show.
      toolCallChunk({ args: '{"command":"touch half' }),
    ], { end: "cut" });
    await using stage = await setStage({
      api,
      script: ({ number }) =>
        number === 1
          ? cut
          : number === 2
          ? callReply("Bash", { command: "touch whole" })
          : textReply("Done"),
    });
    const { code, events, result } = await stage.ask(
      "Make a file",
      ...["--allowedTools", "Bash"],
    );
    equal(code, 0);
    equal(result.result, "Done");
    const made = await Array.fromAsync(Deno.readDir(stage.folder));
    deepEqual(made.map(({ name }) => name), ["whole"]);
    equal(blocksOf(events, "tool_result").length, 1);
    const [, ...later] = stage.upstream.exchanges;
    equal(later.length, 2);
    for (const { body } of later) {
      equal(JSON.stringify(body).includes("touch half"), false);
    }
  },
);

Deno.test("Claude Code gives up at once when the upstream refuses the key", async () => {
  const wrongKey = openaiError("Incorrect API key", {
    code: "invalid_api_key",
  });
  await using stage = await setStage({ script: () => refusal(401, wrongKey) });
  const { code, events, result } = await stage.ask("Say hello");
  equal(code, 1);
  equal(result.is_error, true);
  match(result.result, /Incorrect API key/);
  deepEqual(retries(events), []);
  equal(stage.upstream.exchanges.length, 1);
});

/** The status codes after which the client said it would retry. */
function retries(events: ClientEvent[]) {
  return events.filter(({ subtype }) => subtype === "api_retry")
    .map(({ error_status }) => error_status);
}
