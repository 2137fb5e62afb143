import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { Exchange } from "../../src/demo/exchange.ts";
import { setStage } from "./stage.ts";

const TURNS = 10;

type Item = Record<string, unknown> & { type: string };

/** The items of the conversation as they were sent. */
function inputOf({ bodyText }: Exchange): Item[] {
  return JSON.parse(bodyText).input;
}

/** Every reasoning item with the type of the item after it. */
function reasoningIn(items: readonly Item[]): [Item, string | undefined][] {
  return items.flatMap((item, index): [Item, string | undefined][] =>
    item.type === "reasoning" ? [[item, items[index + 1]?.type]] : []
  );
}

Deno.test("Claude Code carries all reasoning back over ten turns with tools, byte for byte", async () => {
  await using stage = await setStage({ api: "responses" });
  const client = stage.start("--allowedTools", "Bash");
  for (let turn = 1; turn <= TURNS; turn++) {
    await client.say(`Please run \`echo $((${turn} * 1111))\``);
    const { is_error, result } = await client.result();
    equal(is_error, false, result);
    match(result, new RegExp(`\\b${turn * 1111}\\b`));
  }
  equal((await client.finish()).code, 0);

  const { exchanges } = stage.upstream;
  equal(exchanges.length, 2 * TURNS); // each call, and each answer
  const given: [Item, string | undefined][] = [];
  for (const exchange of exchanges) {
    deepEqual(reasoningIn(inputOf(exchange)), given);
    const fresh = reasoningIn(exchange.output);
    equal(fresh.length, 1);
    ok(fresh.every(([item]) => item.encrypted_content));
    given.push(...fresh);
  }
});
