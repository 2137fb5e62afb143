import { strictEqual as equal } from "node:assert";
import { compareAccounts } from "./billed_requests.ts";

// `deno task bill` does it with 5,000.
Deno.test("the ledger has what the upstream bills, to the last nano-dollar", async () => {
  const { billedNanoUsd, ledgerUsd, ...rest } = await compareAccounts(240);
  equal(ledgerUsd, Number(billedNanoUsd) / 1e9);
  equal(rest.requests, 240);
  equal(rest.estimated, 0);
  equal(rest.attempts, 250); // a 24th of them twice
});
