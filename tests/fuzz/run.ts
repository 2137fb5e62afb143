/**
 * `deno task fuzz [seed]`: the full run of all checks on generated requests and
 * streams. Prints the seed; the same seed reproduces the same run.
 *
 * @module
 */
import {
  type Amount,
  checkAnswers,
  checkBodies,
  checkStreams,
  checkTranslation,
} from "./checks.ts";

const CHECKS: [string, number, (amount: Amount) => Promise<void>][] = [
  ["valid requests are translated or refused", 20_000, checkTranslation],
  ["broken requests are answered 200 or 4xx", 20_000, checkBodies],
  ["whole answers become messages or errors", 5_000, checkAnswers],
  ["upstream streams become whole event streams", 5_000, checkStreams],
];

const seed = Number(Deno.args[0] ?? Date.now() % 2 ** 31);
print(`seed ${seed}`);
let failed = 0;
for (const [name, runs, check] of CHECKS) {
  try {
    await check({ runs, seed });
    print(`ok      ${runs} ${name}`);
  } catch (error) {
    failed++;
    print(`FAILED  ${name}\n${error instanceof Error ? error.message : error}`);
  }
}
print(`\n${CHECKS.length - failed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
