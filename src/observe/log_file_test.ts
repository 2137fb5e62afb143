import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import type { LogFields } from "../log.ts";
import { createLogFile, type LogFileOptions } from "./log_file.ts";

/** A log file in its own folder, and the warnings about it. */
async function aSite() {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/ccproxy.log`;
  const told: [string, LogFields | undefined][] = [];
  const clock = { now: 0 };
  return {
    path,
    told,
    clock,
    open: (given: Partial<LogFileOptions> = {}) =>
      createLogFile({
        path,
        log: { warn: (message, fields) => void told.push([message, fields]) },
        now: () => clock.now,
        ...given,
      }),
    read: (suffix = "") => Deno.readTextFile(path + suffix),
    names: async () =>
      (await Array.fromAsync(Deno.readDir(folder)))
        .map(({ name }) => name).toSorted(),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const LINES = Array.from({ length: 100 }, (_, i) => `{"line":${i},"ü":"€"}\n`);

Deno.test("createLogFile() writes every line in its order, after those that are there", async () => {
  await using site = await aSite();
  await Deno.writeTextFile(site.path, "before\n");
  const file = site.open();
  for (const [i, line] of LINES.entries()) {
    file.write(line);
    if (i % 7 === 0) await Promise.resolve();
    if (i % 31 === 0) await file.flush();
  }
  await file.close();
  equal(await site.read(), `before\n${LINES.join("")}`);
  deepEqual(site.told, []);
});

Deno.test("createLogFile() writes for its owner's eyes alone", {
  ignore: Deno.build.os === "windows", // which has no such permissions
}, async () => {
  await using site = await aSite();
  await Deno.writeTextFile(site.path, "before\n", { mode: 0o644 });
  const file = site.open({ maxBytes: 10 });
  file.write("{}\n".repeat(4));
  await file.close();
  for (const suffix of ["", ".1"]) {
    const { mode } = await Deno.stat(site.path + suffix);
    equal((mode ?? 0) & 0o777, 0o600, suffix);
  }
});

Deno.test("createLogFile() puts full files aside, and keeps so many", async () => {
  await using site = await aSite();
  const file = site.open({ maxBytes: 10, keep: 2 });
  for (const line of ["first\n", "second\n", "third\n", "4th\n", "5th\n"]) {
    file.write(line);
    await file.flush();
  }
  await file.close();
  deepEqual(await site.names(), [
    "ccproxy.log",
    "ccproxy.log.1",
    "ccproxy.log.2",
  ]);
  equal(await site.read(), "5th\n");
  equal(await site.read(".1"), "third\n4th\n");
  equal(await site.read(".2"), "second\n");
});

Deno.test("createLogFile() loses no line where two processes write to one file", async () => {
  await using site = await aSite();
  const files = [1, 2].map(() => site.open({ maxBytes: 300, keep: 100 }));
  for (const [i, line] of LINES.entries()) {
    const file = files[i % 2];
    file?.write(line);
    await file?.flush();
  }
  for (const file of files) await file.close();
  const names = await site.names();
  const texts = await Promise.all(
    names.map((name) => site.read(name.slice("ccproxy.log".length))),
  );
  const written = texts.join("").split("\n").filter((line) => line !== "");
  deepEqual(
    written.toSorted(),
    LINES.map((line) => line.trim()).toSorted(),
  );
});

Deno.test("createLogFile() tells once of a file it cannot write, tries again later, and counts what was lost", async () => {
  await using site = await aSite();
  const path = `${site.path}.d/ccproxy.log`;
  const file = site.open({ path });
  for (
    const [now, line] of [[0, "a\n"], [9_999, "b\n"], [10_000, "c\n"]] as const
  ) {
    site.clock.now = now;
    file.write(line);
    await file.flush();
  }
  deepEqual(site.told.map(([message]) => message), [
    "cannot write the log file",
  ]);
  await Deno.mkdir(`${site.path}.d`);
  site.clock.now = 20_000;
  file.write("d\n");
  await file.close();
  equal(await Deno.readTextFile(path), "d\n");
  deepEqual(site.told[1], ["log lines were lost", { path, lostLines: 3 }]);
});

Deno.test("createLogFile() survives a full disk", async () => {
  await using site = await aSite();
  const { write } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.write = () =>
    Promise.reject(new Error("No space left on device"));
  try {
    const file = site.open();
    for (let i = 0; i < 3; i++) {
      file.write("line\n");
      await file.flush();
    }
    await file.close();
  } finally {
    Deno.FsFile.prototype.write = write;
  }
  deepEqual(site.told, [["cannot write the log file", {
    path: site.path,
    reason: "No space left on device",
  }]]);
});
