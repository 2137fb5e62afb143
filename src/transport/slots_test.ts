import { deepStrictEqual as deepEqual, rejects } from "node:assert";
import { Slots } from "./slots.ts";

const { signal } = new AbortController();

/** Takes places, and reports in which order they were given. */
function queue(slots: Slots) {
  const entered: string[] = [];
  const come = (name: string, given = signal) =>
    slots.take(given).then(() => void entered.push(name));
  return { entered, come };
}

/** Lets everything happen that waits for nothing else. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

Deno.test("Slots gives places to as many as there are, then to who waits longest", async () => {
  const slots = new Slots(2);
  const { entered, come } = queue(slots);
  for (const name of ["a", "b", "c", "d"]) come(name);
  await settle();
  deepEqual(entered, ["a", "b"]);
  slots.free();
  await settle();
  deepEqual(entered, ["a", "b", "c"]);
  slots.free();
  slots.free();
  slots.free();
  await Promise.all([come("e"), come("f")]);
  deepEqual(entered, ["a", "b", "c", "d", "e", "f"]);
});

Deno.test("Slots passes over who has left", async () => {
  const slots = new Slots(1);
  const { entered, come } = queue(slots);
  await come("a");
  const leaving = new AbortController();
  const left = come("b", leaving.signal);
  const stays = come("c");
  leaving.abort(new Error("left"));
  await rejects(left, { message: "left" });
  slots.free();
  await stays;
  deepEqual(entered, ["a", "c"]);
});

Deno.test("Slots lets nobody wait who has left already", async () => {
  const slots = new Slots(1);
  await slots.take(signal);
  await rejects(slots.take(AbortSignal.abort(new Error("left"))), {
    message: "left",
  });
});
