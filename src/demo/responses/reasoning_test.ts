/**
 * Reasoning that comes back to the embedded upstream.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { serveDemoUpstream, type ServedUpstream } from "../serve.ts";
import { respond } from "../test_client.ts";

type Item = Record<string, unknown>;

const TOOLS = [{
  type: "function",
  name: "Bash",
  parameters: { type: "object", properties: { command: { type: "string" } } },
  strict: false,
}];

const ASKED = {
  reasoning: { effort: "low", summary: "auto" },
  include: ["reasoning.encrypted_content"],
  tools: TOOLS,
  store: false,
};

const USER = { role: "user", content: "run `ls`" };

/** Sends items; what came of it. */
async function send(served: ServedUpstream, input: readonly unknown[]) {
  const response = await respond(served, { ...ASKED, input });
  const { error, output } = await response.json();
  return { status: response.status, error, output };
}

/** Reasoning and a call of the model's, and the output of the call. */
async function turn(served: ServedUpstream): Promise<[Item, Item, Item]> {
  const { output: [reasoning, call] } = await send(served, [USER]);
  const type = "function_call_output";
  return [reasoning, call, { type, call_id: call.call_id, output: "a.txt" }];
}

Deno.test("reasoning is taken back as it was given, with its call", async () => {
  await using served = serveDemoUpstream();
  const [reasoning, call, output] = await turn(served);
  deepEqual([reasoning.type, call.type], ["reasoning", "function_call"]);
  const { status, output: [, answer] } = await send(served, [
    USER,
    reasoning,
    call,
    output,
  ]);
  equal(status, 200);
  match(answer.content[0].text, /a\.txt/);
  deepEqual(served.upstream.exchanges[0]?.output, [reasoning, call]);
  const { id: _, ...anonymous } = reasoning;
  equal((await send(served, [USER, anonymous, call, output])).status, 200);
  equal((await send(served, [USER, call, output])).status, 200);
});

Deno.test("reasoning is refused without the item that came of it", async () => {
  await using served = serveDemoUpstream();
  const [reasoning, call, output] = await turn(served);
  const said = { role: "assistant", content: "I ran it." };
  for (
    const items of [
      [USER, reasoning],
      [USER, reasoning, USER],
      [USER, reasoning, said, USER],
      [USER, call, reasoning, output],
    ]
  ) {
    const { status, error } = await send(served, items);
    equal(status, 400, JSON.stringify(items));
    equal(
      error.message,
      `Item '${reasoning.id}' of type 'reasoning' was provided without its required following item.`,
    );
  }
});

Deno.test("reasoning is refused if it is not the very one that was given", async () => {
  await using served = serveDemoUpstream();
  const [reasoning, call, output] = await turn(served);
  const encrypted_content = `${reasoning.encrypted_content}`.replace("B", "C");
  for (
    const changed of [{ encrypted_content }, { id: "rs_1" }, {
      encrypted_content: "made up",
    }]
  ) {
    const altered = { ...reasoning, ...changed };
    const { status, error } = await send(served, [USER, altered, call, output]);
    equal(status, 400);
    equal(error.code, "invalid_encrypted_content");
  }
});

Deno.test("reasoning of another organization is refused", async () => {
  await using served = serveDemoUpstream();
  await using other = serveDemoUpstream({ organization: "another" });
  const items = [USER, ...await turn(served)];
  equal((await send(other, items)).error.code, "invalid_encrypted_content");
  await using same = serveDemoUpstream();
  equal((await send(same, items)).status, 200);
});

Deno.test("reasoning without its content is not found", async () => {
  await using served = serveDemoUpstream();
  const [{ id, type, summary }, call, output] = await turn(served);
  const items = [USER, { id, type, summary }, call, output];
  const { status, error } = await send(served, items);
  equal(status, 404);
  match(error.message, /^Item with id 'rs_\w+' not found\. Items are not/);
});
