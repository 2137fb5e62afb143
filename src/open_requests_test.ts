import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { ApiError } from "./anthropic/errors.ts";
import { OpenRequests } from "./open_requests.ts";

/** A server whose connections are closed when the test says so. */
function server() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { close: resolve, shutdown: () => promise };
}

/** A request that leaves when it is ended; tells what ended it. */
function open(requests: OpenRequests) {
  const abort = new AbortController();
  requests.enter("req_1", abort);
  const leave = () => requests.leave("req_1");
  const ended: unknown[] = [];
  abort.signal.addEventListener("abort", () => {
    ended.push(abort.signal.reason);
    leave();
  });
  return { leave, ended };
}

Deno.test("OpenRequests.drain() waits for requests, then for their connections", async () => {
  const requests = new OpenRequests();
  const { leave, ended } = open(requests);
  const { shutdown, close } = server();
  equal(requests.isDraining, false);
  const drained = requests.drain({ shutdown }, { timeoutMs: 60_000 });
  equal(requests.isDraining, true);
  equal(requests.count, 1);
  leave();
  close();
  equal(await drained, true);
  deepEqual(ended, []);
});

Deno.test("OpenRequests.drain() has nothing to wait for where there is no request", async () => {
  const { shutdown, close } = server();
  close();
  const requests = new OpenRequests();
  equal(await requests.drain({ shutdown }, { timeoutMs: 60_000 }), true);
});

Deno.test("OpenRequests.drain() ends what takes too long, so that clients ask again", async () => {
  const requests = new OpenRequests();
  const { ended } = open(requests);
  const { shutdown, close } = server();
  close();
  equal(await requests.drain({ shutdown }, { timeoutMs: 1 }), false);
  equal(requests.count, 0);
  const [reason] = ended;
  equal(reason instanceof ApiError && reason.status, 529);
  equal(reason instanceof ApiError && reason.shouldRetry, undefined);
});
