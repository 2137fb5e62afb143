import type { OpenRequests } from "./open_requests.ts";
import type { Readiness } from "./routes/probes.ts";
import type { Store } from "./store/store.ts";
import type { Gate, UpstreamState } from "./upstream/gate.ts";

/** What {@linkcode createReadiness} examines. */
export interface ReadinessOptions {
  openRequests: Pick<OpenRequests, "isDraining">;
  /** Names of all upstreams. */
  upstreams: readonly string[];
  gate: Pick<Gate, "snapshot">;
  store: Pick<Store, "trouble">;
}

/**
 * Requests should go elsewhere during a shutdown, and while every upstream is
 * down. If only one of several is down that is only noted, and so are store
 * failures: everything is answered without the store.
 *
 * The store's error is only logged: anyone can read `/ready`, and the error may
 * contain paths and addresses.
 */
export function createReadiness(
  { openRequests, upstreams, gate, store }: ReadinessOptions,
): () => Readiness {
  return () => {
    const out = gate.snapshot().filter(isOut).map(({ upstream }) => upstream);
    const isAllOut = upstreams.every((name) => out.includes(name));
    const troubles = Object.fromEntries(out.map((name) => [
      `upstream ${name}`,
      "it keeps failing and is left alone for a while",
    ]));
    return {
      reasons: {
        ...openRequests.isDraining && { shutdown: "ccproxy is shutting down" },
        ...isAllOut && troubles,
      },
      notes: {
        ...!isAllOut && troubles,
        ...store.trouble !== null &&
          { store: "it is out of order, and the log says why" },
      },
    };
  };
}

/** Whether every lane to an upstream is closed; half-open ones may be tried. */
function isOut({ models }: UpstreamState): boolean {
  const lanes = models.flatMap(({ lanes }) => lanes);
  return lanes.length > 0 && lanes.every(({ breaker }) => breaker === "open");
}
