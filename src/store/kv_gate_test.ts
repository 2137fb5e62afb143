import {
  deepStrictEqual as deepEqual,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { PATIENT } from "../../tests/store_site.ts";
import { KvGate, type StoreTimes } from "./kv_gate.ts";

const FULL = new Error("database or disk is full");
const LOCKED = new TypeError("database is locked");

/** A gate to a database in memory, and all it has reported. */
function openGate(given: { open?: () => Promise<Deno.Kv> } = {}) {
  const said: string[] = [];
  const times: StoreTimes = {
    ...PATIENT,
    patienceMs: 2_000,
    retryMs: 1,
    gatherMs: 1,
  };
  const clock = { now: 1_000 };
  let recovered = Promise.withResolvers<void>();
  const gate = new KvGate({
    open: given.open ?? (() => Deno.openKv(":memory:")),
    log: {
      info: (message) => void said.push(message),
      warn: (message, fields) =>
        void said.push(`${message}: ${fields?.reason}`),
    },
    now: () => clock.now,
    times,
    onRecovery() {
      recovered.resolve();
      recovered = Promise.withResolvers();
    },
  });
  return {
    gate,
    said,
    clock,
    /** Operations that never end are abandoned at once; others get time. */
    async neverEnds(way: "read" | "write"): Promise<void> {
      Object.assign(times, { readMs: 1, writeMs: 1 });
      await rejects(gate[way](never), /No answer within 1 ms/);
      Object.assign(times, PATIENT);
    },
    recovery: () => recovered.promise,
    [Symbol.asyncDispose]: () => gate.close(),
  };
}

const never = () => new Promise<never>(() => {});

Deno.test("KvGate says once that the store is out of order, and once that it is not", async () => {
  await using opened = openGate();
  const { gate, said } = opened;
  const recovery = opened.recovery();
  await rejects(gate.write(() => Promise.reject(FULL)), /disk is full/);
  equal(gate.trouble, "database or disk is full");
  await rejects(gate.read((kv) => kv.get(["a"])), /disk is full/);
  await rejects(gate.write((kv) => kv.set(["a"], 1)), /disk is full/);
  await recovery;
  equal(gate.trouble, null);
  equal((await gate.read((kv) => kv.get(["a"]))).value, null);
  deepEqual(said, [
    "store out of order: database or disk is full",
    "store in order again",
  ]);
});

Deno.test("KvGate tries again what was locked", async () => {
  await using opened = openGate();
  const { gate, said } = opened;
  let attempts = 0;
  const result = await gate.write(() =>
    ++attempts < 3 ? Promise.reject(LOCKED) : Promise.resolve("done")
  );
  equal(result, "done");
  equal(attempts, 3);
  deepEqual(said, []);
});

Deno.test("KvGate bears slow and locked operations for a while", async () => {
  await using opened = openGate();
  const { gate, said, clock } = opened;
  await opened.neverEnds("read");
  clock.now += 1_999;
  await rejects(gate.read(() => Promise.reject(LOCKED)), /locked/);
  equal(gate.trouble, null);
  await gate.read((kv) => kv.get(["a"]));
  clock.now += 2_000;
  await opened.neverEnds("read");
  equal(gate.trouble, null, "there was a success in between");
  clock.now += 2_000;
  await opened.neverEnds("read");
  ok(gate.trouble);
  equal(said.length, 1);
});

Deno.test("KvGate takes no reading for a sign that writing goes well", async () => {
  await using opened = openGate();
  const { gate, clock } = opened;
  await opened.neverEnds("write");
  clock.now += 2_000;
  await gate.read((kv) => kv.get(["a"]));
  await opened.neverEnds("write");
  ok(gate.trouble);
});

Deno.test("KvGate opens anew until it opens", async () => {
  let opened = 0;
  await using site = openGate({
    open: () =>
      ++opened < 4
        ? Promise.reject(new Error("unable to open database file"))
        : Deno.openKv(":memory:"),
  });
  const { gate, said } = site;
  const recovery = site.recovery();
  await rejects(gate.read((kv) => kv.get(["a"])), /unable to open/);
  await recovery;
  equal(opened, 4);
  equal((await gate.read((kv) => kv.get(["a"]))).value, null);
  deepEqual(said, [
    "store out of order: unable to open database file",
    "store in order again",
  ]);
});

Deno.test("KvGate waits no longer for a database that never opens", async () => {
  const opening = Promise.withResolvers<Deno.Kv>();
  await using opened = openGate({ open: () => opening.promise });
  await opened.neverEnds("read");
  // It does open in the end, and must not stay open.
  const closing = opened.gate.close();
  opening.resolve(await Deno.openKv(":memory:"));
  await closing;
});

Deno.test("KvGate refuses everything once it is closed", async () => {
  const { gate } = openGate();
  await gate.read((kv) => kv.get(["a"]));
  await gate.close();
  await rejects(gate.read((kv) => kv.get(["a"])), /closed/);
});

Deno.test("KvGate shows no credentials of the database's address", async () => {
  await using opened = openGate({
    open: () => Promise.reject(new Error("at http://me:secret@kv.local")),
  });
  await rejects(opened.gate.read((kv) => kv.get(["a"])));
  equal(opened.said.join().includes("secret"), false);
  equal(opened.gate.trouble?.includes("secret"), false);
});
