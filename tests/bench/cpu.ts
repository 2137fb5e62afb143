/**
 * CPU time of this process. On a shared machine, wall-clock time depends on the
 * neighbours; CPU time does not.
 *
 * @module
 */
import process from "node:process";

/** Measured rounds, and warm-up rounds in which the code is optimized. */
const ROUNDS = 21, WARM_UP = 20;

/** Options for {@linkcode compareCpu}. */
export interface CompareOptions {
  /** What is compared. */
  title: string;
  /** How often each is run per round. */
  times: number;
}

/**
 * Runs things in turn, round after round, and prints the CPU time of each: the
 * median, the minimum, and the median of its ratios to the first, round by
 * round, so that a machine that slows down affects both alike.
 */
export async function compareCpu(
  runs: Readonly<Record<string, () => unknown>>,
  { title, times }: CompareOptions,
): Promise<void> {
  const rows = Object.entries(runs)
    .map(([name, run]) => ({ name, run, all: [] as number[] }));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { run, all } of rows) {
      const before = cpuMs();
      for (let i = 0; i < times; i++) await run();
      if (round >= 0) all.push((cpuMs() - before) / times);
    }
  }
  print(`${title}, CPU time in ms:\n`);
  const baseline = rows[0]?.all ?? [];
  for (const { name, all } of rows) {
    const ratios = all.map((ms, round) => ms / (baseline[round] ?? NaN));
    print(
      `  ${name.padEnd(44)}  median ${median(all).toFixed(3)}, ` +
        `least ${Math.min(...all).toFixed(3)}, ` +
        `ratio ${median(ratios).toFixed(2)}\n`,
    );
  }
}

/** User and system time so far, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The median. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Writes to the standard output. */
export function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
