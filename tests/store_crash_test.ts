/**
 * The store in a real file, with processes that are killed, write at the same
 * time, or have no space or no access.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { readLines } from "./e2e/read_lines.ts";
import { KEPT, KEYS, roundOf } from "./store_rounds.ts";
import { openStore } from "./store_site.ts";

const WRITER = fileURLToPath(
  new URL("./fixtures/store_writer.ts", import.meta.url),
);
const KILLS = 100;
const Sum = z.object({ rounds: z.number(), total: z.number() });

/** Starts Deno with a process that writes rounds. */
function writerArgs(
  folder: string,
  { first, rounds }: { first: number; rounds: number },
): string[] {
  return [
    ...["run", "--no-check", "--cached-only", "--unstable-kv"],
    ...["--allow-read", "--allow-write", WRITER],
    ...[folder, String(first), String(rounds)],
  ];
}

Deno.test(`a store killed ${KILLS} times loses nothing committed and gives nothing broken`, async () => {
  const folder = await Deno.makeTempDir();
  const kept = { bytes: new Map<number, number>(), values: new Map(), sum: 0 };
  let first = 1;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: writerArgs(folder, { first, rounds: 1_000 }),
      stdout: "piped",
    }).spawn();
    let committed = first - 1;
    for await (const line of readLines(child.stdout)) {
      equal(line, `committed ${++committed}`);
      kept.bytes.set(committed % KEYS, committed);
      kept.values.set(committed % KEYS, committed);
      kept.sum += committed;
      if (committed !== first + kill % 3) continue;
      // Each time at a different point of the following round.
      const until = performance.now() + kill * 7 % 40;
      while (performance.now() < until);
      child.kill("SIGKILL");
    }
    await child.status;
    const cut = committed + 1; // anything may be left of this round
    first = cut + 1;

    await using opened = openStore({
      open: () => Deno.openKv(`${folder}/store`),
    });
    const { store } = opened;
    const bytes = await store.getBytes(["bytes", cut % KEYS]);
    if (bytes && roundOf(bytes) === cut) kept.bytes.set(cut % KEYS, cut);
    const value = await store.get(["value", cut % KEYS], z.number());
    if (value === cut) kept.values.set(cut % KEYS, cut);
    const sum = await store.get(["sum"], Sum);
    if (sum?.total === kept.sum + cut) kept.sum += cut;
    equal(sum?.total, kept.sum);
    for (const [slot, round] of kept.bytes) {
      const bytes = await store.getBytes(["bytes", slot]);
      equal(bytes && roundOf(bytes), round);
    }
    for (const [slot, round] of kept.values) {
      equal(await store.get(["value", slot], z.number()), round);
    }
  }
  // What a killed write left behind goes, too, if only when it expires.
  using database = new DatabaseSync(`${folder}/store`);
  const count = "SELECT count(*) AS rows FROM kv WHERE expiration_ms";
  equal(database.prepare(`${count} < 0`).get()?.rows, 0);
  ok(Number(database.prepare(`${count} > 0`).get()?.rows) > KEYS);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a store takes several processes on one file", async () => {
  const folder = await Deno.makeTempDir();
  const outputs = await Promise.all(
    [1, 101, 201].map((first) =>
      new Deno.Command(Deno.execPath(), {
        args: writerArgs(folder, { first, rounds: 20 }),
      }).output()
    ),
  );
  for (const { code, stdout } of outputs) {
    equal(code, 0);
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    equal(lines.filter((line) => line.startsWith("committed")).length, 20);
    deepEqual(lines.filter((line) => !line.startsWith("committed")), []);
  }
  {
    await using opened = openStore({
      open: () => Deno.openKv(`${folder}/store`),
    });
    const { store } = opened;
    deepEqual(await store.get(["sum"], Sum), {
      rounds: 60,
      total: 20 * (1 + 101 + 201) + 3 * (19 * 20) / 2,
    });
    for (let slot = 0; slot < KEYS; slot++) {
      const bytes = await store.getBytes(["bytes", slot]);
      ok(bytes && roundOf(bytes) !== null);
    }
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "a store without room on the disk warns once, and reads on after it",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const args = writerArgs(folder, { first: 1, rounds: 30 });
    // Files of this shell's children are limited to 2 MB; exceeding that is an
    // error for them.
    const limit = 'trap "" XFSZ; ulimit -f 2000; exec "$0" "$@"';
    const { code, stdout } = await new Deno.Command("bash", {
      args: ["-c", limit, Deno.execPath(), ...args],
    }).output();
    equal(code, 0);
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    equal(lines.filter((line) => line.startsWith("committed")).length, 30);
    const said = lines.filter((line) => !line.startsWith("committed"));
    equal(said.length, 1, said.join("\n"));
    match(said[0] ?? "", /^store out of order: .*(disk|full)/);
    {
      await using opened = openStore({
        open: () => Deno.openKv(`${folder}/store`),
      });
      const found = await opened.store.get(["sum"], Sum);
      ok(found && found.rounds > 0, "what was written before is there");
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("a store whose file another program keeps locked writes afterwards", async () => {
  const folder = await Deno.makeTempDir();
  {
    const said: string[] = [];
    const recovered = Promise.withResolvers<void>();
    const log = {
      warn: (message: string) => void said.push(message),
      info: () => recovered.resolve(),
    };
    await using opened = openStore({
      open: () => Deno.openKv(`${folder}/store`),
      log,
      times: { patienceMs: 0, retryMs: 10 },
    });
    const { store } = opened;
    store.put(["value"], 1, KEPT);
    await store.flush();
    {
      using other = new DatabaseSync(`${folder}/store`);
      other.exec("BEGIN IMMEDIATE");
      store.add(["sum"], { rounds: 1, total: 1 }, KEPT);
      await store.flush();
      match(store.trouble ?? "", /locked/);
      other.exec("ROLLBACK");
    }
    await recovered.promise;
    deepEqual(await store.get(["sum"], Sum), { rounds: 1, total: 1 });
    equal(await store.get(["value"], z.number()), 1);
    deepEqual(said, ["store out of order"]);
  }
  await Deno.remove(folder, { recursive: true });
});
