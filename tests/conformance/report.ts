/**
 * `deno task conformance`: runs every case at every dialect it applies to,
 * prints the results and writes `tests/conformance.md`.
 *
 * @module
 */
import { type Case, placesOf } from "./case.ts";
import { CASES } from "./cases.ts";
import type { Place } from "./place.ts";
import { PLACES } from "./places.ts";
import { isKept, type Outcome, TABLE_URL, toPage } from "./table.ts";

/** Longest time for a case at one dialect. */
const TIMEOUT_MS = 20_000;

const outcomes: Outcome[] = [];
for (const one of CASES) {
  const failures = new Map<string, string | null>();
  for (const place of placesOf(one, PLACES)) {
    failures.set(place.name, await failureOf(one, place));
  }
  const outcome = { case: one, failures };
  outcomes.push(outcome);
  print(`${isKept(outcome) ? "ok    " : "FAILED"} ${one.id}: ${one.title}`);
  for (const [name, failure] of failures) {
    if (failure !== null) print(`       at ${name}: ${failure}`);
  }
}
await Deno.writeTextFile(TABLE_URL, toPage(outcomes));
const format = new Deno.Command(Deno.execPath(), {
  args: ["fmt", "--quiet", new URL(TABLE_URL).pathname],
});
await format.output();
const passed = outcomes.filter(isKept).length;
const failed = outcomes.length - passed;
print(`\n${passed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);

/** `null` if the case is kept. */
async function failureOf(one: Case, place: Place): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, "it never ended");
  });
  const run = one.run(place).then(() => null, reasonOf);
  const failure = await Promise.race([run, timeout]);
  clearTimeout(timer);
  return failure;
}

/** The first lines of an error, without what changes from run to run. */
function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replaceAll(/\b(req|msg|toolu)_\w+/g, "$1_…")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1")
    .replaceAll(/[`|]/g, "'").replaceAll(/\s+/g, " ").slice(0, 200);
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
