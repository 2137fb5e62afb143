import { strictEqual as equal } from "node:assert";
import { setStage } from "./stage.ts";

Deno.test("Claude Code in auto mode is told once that safeguards are not supported", async () => {
  await using stage = await setStage();
  const client = stage.start("--permission-mode", "auto");
  for (
    const [prompt, expected] of [
      ["run `echo $((40+2))`", /\b42\b/],
      ["run `echo $((50+3))`", /\b53\b/],
    ] as const
  ) {
    await client.say(prompt);
    const { result = "" } = await client.result();
    equal(expected.test(result), true, result);
  }
  equal((await client.finish()).code, 0);
  const refusals = stage.logged.filter((line) => line.includes("safeguards"));
  equal(refusals.length, 1, refusals.join(""));
  equal(stage.upstream.exchanges.length, 4);
});
