import { doesNotMatch, match, ok, strictEqual as equal } from "node:assert";
import type { Exchange } from "../../src/demo/exchange.ts";
import { openaiError, refusal } from "../../src/demo/replies.ts";
import { testByEachApi } from "./apis.ts";
import { textReply } from "./replies.ts";
import { setStage } from "./stage.ts";

/** OpenAI's wording for a prompt that does not fit. */
const OVERFLOW = openaiError(
  "This model's maximum context length is 128000 tokens. However, your " +
    "messages resulted in 130000 tokens. Please reduce the length of the messages.",
  { param: "messages", code: "context_length_exceeded" },
);

testByEachApi(
  "Claude Code compacts the conversation when it overflows",
  async (api) => {
    let hasOverflowed = false;
    await using stage = await setStage({
      api,
      script(exchange) {
        if (isSummaryRequest(exchange)) {
          return textReply("<summary>They like apples and pears.</summary>");
        }
        if (
          hasOverflowed || !exchange.bodyText.includes("I like plums")
        ) return;
        hasOverflowed = true;
        return refusal(400, OVERFLOW);
      },
    });
    const client = stage.start();
    const answers: string[] = [];
    for (const fruit of ["apples", "pears", "plums"]) {
      await client.say(`I like ${fruit}`);
      const { result } = await client.result();
      answers.push(result);
    }
    const { code } = await client.finish();

    equal(code, 0);
    equal(answers.length, 3);
    match(answers[2] ?? "", /You wrote: "I like plums"/);
    const subtypes = client.events.map(({ subtype }) => subtype);
    ok(subtypes.includes("compact_boundary"));

    const [, , refused, summary, resent, ...others] = stage.upstream.exchanges;
    equal(others.length, 0);
    match(refused?.bodyText ?? "", /I like apples/);
    ok(summary && isSummaryRequest(summary));
    match(resent?.bodyText ?? "", /They like apples and pears/);
    doesNotMatch(resent?.bodyText ?? "", /I like apples/);
  },
);

function isSummaryRequest({ bodyText }: Exchange): boolean {
  return bodyText.includes("Please provide your summary");
}
