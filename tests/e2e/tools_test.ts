import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { join } from "node:path";
import {
  finishChunk,
  roleChunk,
  toolCallChunk,
} from "../../src/demo/chunks.ts";
import type { Exchange } from "../../src/demo/exchange.ts";
import { chunks } from "../../src/demo/replies.ts";
import { testByEachApi } from "./apis.ts";
import { blocksOf } from "./client_event.ts";
import { callReply } from "./replies.ts";
import { setStage } from "./stage.ts";

Deno.test("Claude Code runs Bash and uses the result", async () => {
  await using stage = await setStage();
  const { command, output } = sum();
  const { code, result } = await stage.ask(
    `Please run \`${command}\``,
    ...["--allowedTools", "Bash"],
  );
  equal(code, 0);
  match(result.result, new RegExp(`\\b${output}\\b`));
  const [first, second, ...others] = stage.upstream.exchanges;
  equal(others.length, 0);
  deepEqual(toolMessages(first), []);
  deepEqual(toolMessages(second), [output]);
});

testByEachApi(
  "Claude Code sends results of parallel calls back in order",
  async (api) => {
    await using stage = await setStage({ api });
    const [one, other] = [sum(), sum()];
    const { events, result } = await stage.ask(
      `Please run \`${one.command}\` and run \`${other.command}\``,
      ...["--allowedTools", "Bash"],
    );
    equal(blocksOf(events, "tool_use").length, 2);
    match(result.result, new RegExp(`${one.output}[^]*${other.output}`));
    equal(stage.upstream.exchanges.length, 2);
    deepEqual(toolMessages(stage.upstream.exchanges[1]), [
      one.output,
      other.output,
    ]);
  },
);

testByEachApi(
  "Claude Code runs both of two calls that stream interleaved",
  async (api) => {
    const { command, output } = sum();
    await using stage = await setStage({
      api,
      script: ({ number }) => number === 1 ? interleaved(command) : undefined,
    });
    await Deno.writeTextFile(
      join(stage.folder, "note.txt"),
      "remember the milk",
    );
    const { code, events } = await stage.ask(
      "Do both",
      ...["--allowedTools", "Bash,Read"],
    );
    equal(code, 0);
    const names = blocksOf(events, "tool_use").map(({ name }) => name);
    deepEqual(names, ["Bash", "Read"]);
    const [ran, read, ...others] = toolMessages(stage.upstream.exchanges[1]);
    equal(others.length, 0);
    equal(ran, output);
    match(read ?? "", /remember the milk/);
  },
);

Deno.test("Claude Code reads a file with Read", async () => {
  await using stage = await setStage();
  await Deno.writeTextFile(join(stage.folder, "note.txt"), "remember the milk");
  const { code, result } = await stage.ask("Please read the file `note.txt`");
  equal(code, 0);
  match(result.result, /remember the milk/);
  const [read] = toolMessages(stage.upstream.exchanges[1]);
  match(read ?? "", /remember the milk/);
});

testByEachApi("Claude Code shows the model an image it reads", async (api) => {
  await using stage = await setStage({ api });
  const path = join(stage.folder, "dot.png");
  await Deno.writeFile(path, Uint8Array.fromBase64(DOT_PNG));
  const { code } = await stage.ask("Please read the file `dot.png`");
  equal(code, 0);
  const [, shown] = stage.upstream.exchanges;
  const url = `data:image/png;base64,${DOT_PNG}`;
  if (api === "responses") {
    const { input } = JSON.parse(shown?.bodyText ?? "{}");
    const { type, output } = input.findLast((item: { type: string }) =>
      item.type === "function_call_output"
    );
    equal(type, "function_call_output");
    deepEqual(output, [{
      type: "input_image",
      image_url: url,
      detail: "auto",
    }]);
    return;
  }
  deepEqual(shown?.body.messages.at(-1), {
    role: "user",
    content: [{ type: "image_url", image_url: { url } }],
  });
});

testByEachApi("Claude Code finds a deferred tool and runs it", async (api) => {
  await using stage = await setStage({
    api,
    script({ number }) {
      if (number === 1) {
        return callReply("ToolSearch", { query: "select:CronList" });
      }
      if (number === 2) return callReply("CronList", {});
    },
  });
  const { code, result } = await stage.ask("What is scheduled?");
  equal(code, 0);
  match(result.result, /No scheduled jobs/);
  const [before, after] = stage.upstream.exchanges.map(toolNames);
  ok(!before?.includes("CronList"));
  deepEqual(after, [...before ?? [], "CronList"]);
});

/** One pixel. */
const DOT_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A command that does not contain its output: it must have been run. */
function sum(): { command: string; output: string } {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint32Array(2));
  return { command: `echo $((${a} + ${b}))`, output: String(a + b) };
}

/** Two calls whose arguments arrive in turns. */
function interleaved(command: string) {
  return chunks([
    roleChunk(),
    toolCallChunk({ index: 0, id: "call_a", name: "Bash" }),
    toolCallChunk({ index: 1, id: "call_b", name: "Read" }),
    toolCallChunk({ index: 0, args: '{"command":' }),
    toolCallChunk({ index: 1, args: '{"file_path":' }),
    toolCallChunk({ index: 0, args: `${JSON.stringify(command)}}` }),
    toolCallChunk({ index: 1, args: '"note.txt"}' }),
    finishChunk("tool_calls"),
  ]);
}

/** The tools' answers, in the order of the messages. */
function toolMessages(exchange: Exchange | undefined): string[] {
  const messages = exchange?.body.messages ?? [];
  return messages.filter((message) => message.role === "tool")
    .map(({ content }) => String(content));
}

function toolNames({ body }: Exchange): string[] {
  return body.tools?.map((tool) => tool.function.name) ?? [];
}
