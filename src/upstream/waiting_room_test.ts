import {
  deepStrictEqual as deepEqual,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { mock } from "node:test";
import { ApiError } from "../anthropic/errors.ts";
import { WaitingRoom } from "./waiting_room.ts";

/** A room with this many places, and who is in. */
function setUp({ places = 0, maxLength = 10, maxWaitMs = 60_000 } = {}) {
  const room = new WaitingRoom({ upstream: "u", maxLength, maxWaitMs });
  const inside: string[] = [];
  let free = places;
  const controllers = new Map<string, AbortController>();
  return {
    room,
    inside,
    enter(name: string, session = name) {
      const controller = new AbortController();
      controllers.set(name, controller);
      return room.enter({
        session,
        signal: controller.signal,
        tryEnter() {
          if (free === 0) return { waitMs: Infinity };
          free--;
          inside.push(name);
          return { entered: name };
        },
      });
    },
    leave(count = 1) {
      for (let n = 0; n < count; n++) {
        free++;
        room.advance();
      }
    },
    /** A place has become free by itself, as time passed. */
    open: () => void free++,
    abort: (name: string, reason?: unknown) =>
      controllers.get(name)?.abort(reason),
  };
}

/** The error of a call that is turned away. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    ok(error instanceof ApiError);
    equal(error.status, 429);
    equal(error.retryAfterSeconds, 5);
    return error.message;
  }
  throw new Error("Nobody was sent away");
}

Deno.test("WaitingRoom lets in at once whom nothing holds back", async () => {
  const { enter, room } = setUp({ places: 2 });
  deepEqual(await Promise.all([enter("a"), enter("b")]), ["a", "b"]);
  equal(room.length, 0);
});

Deno.test("WaitingRoom serves sessions in turn as places come free", async () => {
  const { enter, leave, inside, room } = setUp();
  const all = [
    enter("a1", "a"),
    enter("a2", "a"),
    enter("a3", "a"),
    enter("b1", "b"),
  ];
  equal(room.length, 4);
  leave(4);
  await Promise.all(all);
  deepEqual(inside, ["a1", "b1", "a2", "a3"]);
});

Deno.test("WaitingRoom lets nobody overtake those who wait", async () => {
  const { enter, leave, open, inside } = setUp();
  const first = enter("first");
  open();
  const second = enter("second");
  leave();
  await Promise.all([first, second]);
  deepEqual(inside, ["first", "second"]);
});

Deno.test("WaitingRoom sends away whom it has no room for", async () => {
  const { enter, leave, room } = setUp({ maxLength: 1 });
  const first = enter("first");
  equal(
    await refusal(enter("second")),
    "ccproxy is busy: the queue for upstream u is full (1 waiting)",
  );
  equal(room.length, 1);
  leave();
  equal(await first, "first");
});

Deno.test("WaitingRoom lets go at once of one who leaves, and keeps the others' turns", async () => {
  const { enter, leave, abort, inside, room } = setUp();
  const all = [enter("a1", "a"), enter("a2", "a"), enter("b", "b")];
  const gone = rejects(all[0] ?? Promise.resolve(), /gone/);
  abort("a1", new Error("gone"));
  equal(room.length, 2, "in the same tick");
  leave(2);
  await gone;
  deepEqual(await Promise.all(all.slice(1)), ["a2", "b"]);
  deepEqual(inside, ["a2", "b"]);
  abort("a2");
  equal(room.length, 0);
});

Deno.test("WaitingRoom leaves no timer behind when the last has gone", async () => {
  const { room } = setUp();
  const controller = new AbortController();
  const entered = room.enter({
    session: "",
    signal: controller.signal,
    tryEnter: () => ({ waitMs: 60_000 }),
  });
  controller.abort(new Error("gone"));
  await rejects(entered, /gone/);
});

Deno.test("WaitingRoom does not take in one who has left already", async () => {
  const { room } = setUp({ places: 1 });
  const signal = AbortSignal.abort(new Error("gone"));
  const tryEnter = () => ({ entered: 1 });
  await rejects(room.enter({ session: "", signal, tryEnter }), /gone/);
});

Deno.test("WaitingRoom keeps nobody longer than it may", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { enter, room } = setUp({ maxWaitMs: 1_000 });
    const first = refusal(enter("first"));
    mock.timers.tick(999);
    equal(room.length, 1);
    mock.timers.tick(1);
    equal(room.length, 0);
    equal(
      await first,
      "ccproxy is busy: waited 1 s for a place at upstream u",
    );
  } finally {
    mock.timers.reset();
  }
});

Deno.test("WaitingRoom tries again when it is told to, not before", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { room } = setUp();
    let tries = 0;
    const entered = room.enter({
      session: "",
      signal: new AbortController().signal,
      tryEnter: () => ++tries > 3 ? { entered: "in" } : { waitMs: 99.5 },
    });
    equal(tries, 2, "on coming, and on sitting down");
    mock.timers.tick(99);
    equal(tries, 2);
    mock.timers.tick(1);
    equal(tries, 3);
    mock.timers.tick(100);
    equal(await entered, "in");
    equal(room.length, 0);
  } finally {
    mock.timers.reset();
  }
});

Deno.test("WaitingRoom tells those who wait that there is no use in it any more", async () => {
  const { room, enter, leave, inside } = setUp();
  let isHopeless = false;
  const hopeless = room.enter({
    session: "a",
    signal: new AbortController().signal,
    tryEnter() {
      if (isHopeless) throw new ApiError("api_error", "hopeless");
      return { waitMs: Infinity };
    },
  });
  const other = enter("other");
  isHopeless = true;
  const told = rejects(hopeless, /hopeless/);
  leave();
  await told;
  equal(await other, "other");
  deepEqual(inside, ["other"]);
});

Deno.test("WaitingRoom lets one pass whom nothing holds back, past one who must wait", async () => {
  const { room, enter, leave } = setUp();
  const controller = new AbortController();
  const tired = room.enter({
    session: "a",
    signal: controller.signal,
    tryEnter: () => ({ waitMs: Infinity }),
  });
  const free = enter("free");
  leave();
  equal(await free, "free");
  equal(room.length, 1);
  controller.abort(new Error("gone"));
  await rejects(tired, /gone/);
});
