import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { demo } from "../../src/demo/dialect.ts";
import { startProxy } from "../support.ts";
import { blocksOf } from "./client_event.ts";
import { setStage } from "./stage.ts";

Deno.test("Claude Code thinks, calls a tool and answers through two proxies in a row", async () => {
  // The second is the first one's upstream, and speaks the Messages API.
  await using second = startProxy({
    dialect: demo,
    environment: { UPSTREAM_API: "chat" },
  });
  await using stage = await setStage({
    environment: {
      OPENAI_BASE_URL: `${second.url}/v1`,
      UPSTREAM_API: "anthropic",
    },
  });
  const { code, stderr, events, result } = await stage.ask(
    "Please run `echo passed$((1+1))through`",
    "--allowedTools",
    "Bash",
  );
  deepEqual({ code, stderr }, { code: 0, stderr: "" });
  match(result.result, /passed2through/);
  equal(blocksOf(events, "thinking").length > 0, true);
  equal(blocksOf(events, "tool_use").length, 1);
  const { exchanges } = second.upstream;
  equal(exchanges.length, 2);
  equal(Object(exchanges[1]?.body.messages).length > 3, true);
  equal(stage.upstream.exchanges.length, 0);
});
