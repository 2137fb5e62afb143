import { strictEqual as equal } from "node:assert";
import { ApiError } from "../anthropic/errors.ts";
import { ConnectWatch, type Probe } from "./connect_watch.ts";

/** A watch over a server whose connections behave like `probe`. */
function watching(probe: Probe, { answeredAt = -Infinity } = {}) {
  let probes = 0;
  const watch = new ConnectWatch({
    hostname: "upstream.example",
    port: 443,
    probe(server) {
      probes++;
      return probe(server);
    },
    timeoutMs: 10,
    answeredAt: () => answeredAt,
  });
  return { watch, probes: () => probes };
}

/** Nothing ever comes back, as when packets are dropped. */
const silent: Probe = ({ signal }) =>
  new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason))
  );

/** Resolves with the reason a request is aborted, or `null` after a while. */
function ending({ signal }: AbortController): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100, null);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(signal.reason);
    });
  });
}

Deno.test("ConnectWatch ends a request to a server that stays silent", async () => {
  const { watch } = watching(silent);
  const abort = new AbortController();
  watch.begin(abort);
  const error = await ending(abort);
  equal(error instanceof ApiError && error.type, "timeout_error");
  equal(
    error instanceof ApiError && error.message,
    "Cannot connect to upstream.example within 0.01 s (UPSTREAM_CONNECT_TIMEOUT)",
  );
});

Deno.test("ConnectWatch asks once for all requests that wait", async () => {
  const { watch, probes } = watching(silent);
  const aborts = Array.from({ length: 5 }, () => new AbortController());
  const endings = aborts.map(ending);
  for (const abort of aborts) watch.begin(abort);
  for (const error of await Promise.all(endings)) {
    equal(error instanceof ApiError, true);
  }
  equal(probes(), 1);
});

const HARMLESS: Record<string, Probe> = {
  "that accepts connections": () => Promise.resolve(),
  "that refuses connections": () => Promise.reject(new Error("refused")),
};

for (const [server, probe] of Object.entries(HARMLESS)) {
  Deno.test(`ConnectWatch leaves a request to a server ${server}`, async () => {
    const { watch, probes } = watching(probe);
    const abort = new AbortController();
    watch.begin(abort);
    equal(await ending(abort), null);
    equal(probes(), 1);
  });
}

Deno.test("ConnectWatch does not doubt a server that answers others", async () => {
  const { watch, probes } = watching(silent, { answeredAt: Infinity });
  const abort = new AbortController();
  watch.begin(abort);
  equal(await ending(abort), null);
  equal(probes(), 0);
});

Deno.test("ConnectWatch leaves a request that was answered while it was doubted", async () => {
  const abort = new AbortController();
  const { watch } = watching((server) => {
    end();
    return silent(server);
  });
  const end = watch.begin(abort);
  equal(await ending(abort), null);
});
