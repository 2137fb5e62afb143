import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import fc from "fast-check";
import { FairQueue } from "./fair_queue.ts";

interface Item {
  session: string;
  number: number;
}

/** Serves everything, the next in turn first. */
function serveAll(queue: FairQueue<Item>): string {
  const served: string[] = [];
  for (let item; (item = next(queue)) !== undefined;) {
    queue.serve(item.session, item);
    served.push(`${item.session}${item.number}`);
  }
  return served.join(" ");
}

function next(queue: FairQueue<Item>): Item | undefined {
  const [head] = queue.heads();
  return head;
}

function queueOf(sessions: string): FairQueue<Item> {
  const queue = new FairQueue<Item>();
  [...sessions].forEach((session, number) =>
    queue.push(session, { session, number })
  );
  return queue;
}

Deno.test("FairQueue serves sessions in turn, each in its order", () => {
  equal(serveAll(queueOf("aaaabbc")), "a0 b4 c6 a1 b5 a2 a3");
});

Deno.test("FairQueue puts a session that was served behind all others", () => {
  const queue = queueOf("ab");
  const first = next(queue);
  ok(first);
  queue.serve("a", first);
  queue.push("a", { session: "a", number: 9 });
  equal(serveAll(queue), "b1 a9");
});

Deno.test("FairQueue lets an item out without its session losing its turn", () => {
  const queue = queueOf("aab");
  const first = next(queue);
  ok(first);
  queue.remove("a", first);
  queue.remove("a", first);
  equal(queue.length, 2);
  equal(serveAll(queue), "a1 b2");
});

Deno.test("FairQueue makes nobody wait for more than one of each other session", () => {
  const sessions = fc.array(fc.constantFrom("a", "b", "c", "d"), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(fc.property(sessions, (sessions) => {
    const queue = queueOf(sessions.join(""));
    equal(queue.length, sessions.length);
    const served = serveAll(queue).split(" ");
    equal(queue.length, 0);
    deepEqual(
      served.toSorted(),
      sessions.map((session, number) => `${session}${number}`).toSorted(),
    );
    served.forEach((item, index) => {
      const [session] = item;
      const earlier = served.slice(0, index);
      const since = earlier.slice(
        earlier.findLastIndex((other) => other[0] === session) + 1,
      );
      equal(new Set(since.map(([other]) => other)).size, since.length);
    });
  }));
});
