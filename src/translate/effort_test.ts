import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { type Effort, EFFORTS } from "../openai/capabilities.ts";
import { toEffort } from "./effort.ts";

const LOW_TO_HIGH: readonly Effort[] = ["low", "medium", "high"];

interface Row {
  thinking?: { type: string; budget_tokens?: number };
  effort?: string;
  efforts?: readonly Effort[];
  expected: Effort | undefined;
}

const adaptive = { type: "adaptive" };
const enabled = (budget_tokens: number) => ({ type: "enabled", budget_tokens });
const ROWS: Row[] = [
  { expected: undefined },
  { thinking: adaptive, expected: undefined },
  { effort: "medium", expected: "medium" },
  { thinking: adaptive, effort: "xhigh", expected: "xhigh" },
  // R52
  {
    thinking: adaptive,
    effort: "xhigh",
    efforts: LOW_TO_HIGH,
    expected: "high",
  },
  { effort: "max", efforts: LOW_TO_HIGH, expected: "high" },
  { effort: "low", efforts: ["medium", "high"], expected: "medium" },
  // R53
  { thinking: enabled(1024), expected: "low" },
  { thinking: enabled(2047), expected: "low" },
  { thinking: enabled(2048), expected: "medium" },
  { thinking: enabled(4000), expected: "medium" },
  { thinking: enabled(8191), expected: "medium" },
  { thinking: enabled(8192), expected: "high" },
  { thinking: enabled(20_000), expected: "high" },
  { thinking: { type: "enabled" }, expected: "high" },
  { thinking: enabled(1024), effort: "high", expected: "high" },
  // R54
  { thinking: { type: "disabled" }, expected: "none" },
  { thinking: { type: "between_tools" }, expected: "none" },
  { thinking: { type: "disabled" }, efforts: LOW_TO_HIGH, expected: "low" },
  { thinking: { type: "disabled" }, effort: "high", expected: "none" },
  // a model without efforts, an unknown effort
  { effort: "high", efforts: [], expected: undefined },
  { thinking: { type: "disabled" }, efforts: [], expected: undefined },
  { effort: "ultra", expected: undefined },
  { thinking: enabled(4000), effort: "ultra", expected: "medium" },
];

for (const { thinking, effort, efforts = EFFORTS, expected } of ROWS) {
  const asked = `${thinking?.type} ${thinking?.budget_tokens} ${effort}`;
  Deno.test(`toEffort() gives ${expected} for ${asked} of ${efforts}`, () => {
    equal(toEffort({ thinking, output_config: { effort } }, efforts), expected);
  });
}

Deno.test("toEffort() gives only what the model knows", () => {
  fc.assert(fc.property(
    fc.subarray([...EFFORTS]),
    fc.constantFrom(...EFFORTS, "ultra", null),
    fc.option(
      fc.record({
        type: fc.constantFrom("adaptive", "enabled", "disabled", "new"),
        budget_tokens: fc.nat(),
      }),
    ),
    (efforts, effort, thinking) => {
      const chosen = toEffort({ thinking, output_config: { effort } }, efforts);
      ok(chosen === undefined || efforts.includes(chosen));
    },
  ));
});
