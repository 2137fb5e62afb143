import {
  deepStrictEqual as deepEqual,
  match,
  partialDeepStrictEqual,
  strictEqual as equal,
} from "node:assert";
import {
  finishChunk,
  reasoningChunk,
  roleChunk,
  textChunk,
} from "../../src/demo/chunks.ts";
import { chunks } from "../../src/demo/replies.ts";
import { API_SETTINGS, testByEachApi } from "./apis.ts";
import { blocksOf } from "./client_event.ts";
import { textReply } from "./replies.ts";
import { setStage } from "./stage.ts";

testByEachApi(
  "Claude Code shows the model's text and the upstream's usage",
  async (api) => {
    const script = () => textReply("Good day");
    await using stage = await setStage({ api, script });
    const { code, stderr, result } = await stage.ask("Say hello");
    deepEqual({ code, stderr }, { code: 0, stderr: "" });
    equal(result.result, "Good day");
    partialDeepStrictEqual(result.usage, {
      input_tokens: 400,
      cache_read_input_tokens: 600,
      output_tokens: 7,
    });
    const [exchange, ...others] = stage.upstream.exchanges;
    equal(others.length, 0);
    equal(exchange?.api, api);
    equal(exchange.body.model, API_SETTINGS[api].BIG_MODEL_NAME);
    match(exchange.bodyText, /Say hello/);
  },
);

Deno.test("Claude Code asks the small model when told to use Haiku", async () => {
  await using stage = await setStage();
  const { code } = await stage.ask("Say hello", "--model", "haiku");
  equal(code, 0);
  const models = stage.upstream.exchanges.map(({ body }) => body.model);
  deepEqual(models, ["small-model"]);
});

Deno.test("Claude Code shows reasoning as thinking", async () => {
  await using stage = await setStage({
    script: () =>
      chunks([
        roleChunk(),
        reasoningChunk("They greet me: "),
        reasoningChunk("I greet them."),
        textChunk("Good day"),
        finishChunk("stop"),
      ]),
  });
  const { events, result } = await stage.ask("Say hello");
  const thinking = blocksOf(events, "thinking").map((block) => block.thinking);
  deepEqual(thinking, ["They greet me: I greet them."]);
  equal(result.result, "Good day");
});

testByEachApi(
  "Claude Code gets structured output through its own tool",
  async (api) => {
    await using stage = await setStage({ api });
    const schema = {
      type: "object",
      properties: { capital: { enum: ["Paris"] } },
      required: ["capital"],
    };
    const { code, result } = await stage.ask(
      "Name the capital of France",
      "--json-schema",
      JSON.stringify(schema),
    );
    equal(code, 0);
    deepEqual(JSON.parse(result.result), { capital: "Paris" });
  },
);

testByEachApi(
  "Claude Code's own bookkeeping never reaches the upstream",
  async (api) => {
    await using stage = await setStage({ api });
    await stage.ask("Please run `true`", "--allowedTools", "Bash");
    const sent = stage.upstream.exchanges.map(({ bodyText }) => bodyText)
      .join();
    equal(stage.upstream.exchanges.length, 2);
    for (
      const word of [
        "cache_control",
        "context_management",
        "DeferredToolPlaceholder",
        "defer_loading",
        "device_id",
        "output_config",
        "x-anthropic-billing-header",
      ]
    ) equal(sent.includes(word), false, word);
  },
);
