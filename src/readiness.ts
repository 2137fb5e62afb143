import type { OpenRequests } from "./open_requests.ts";
import type { Readiness } from "./routes/probes.ts";
import type { Store } from "./store/store.ts";
import type { Gate, UpstreamState } from "./upstream/gate.ts";

/** What {@linkcode createReadiness} looks at. */
export interface ReadinessOptions {
  openRequests: Pick<OpenRequests, "isDraining">;
  /** Names of all upstreams. */
  upstreams: readonly string[];
  gate: Pick<Gate, "snapshot">;
  store: Pick<Store, "trouble">;
}

/**
 * Requests should go elsewhere during a shutdown, and while every upstream is
 * out. One of several that is out is only noted, and so is the store: everything
 * is answered without it.
 *
 * What is wrong with the store is for the log: `/ready` is for everybody, and
 * the store's words may hold paths and addresses.
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

/** Whether every way to an upstream is closed; half-open ones may be tried. */
function isOut({ models }: UpstreamState): boolean {
  const lanes = models.flatMap(({ lanes }) => lanes);
  return lanes.length > 0 && lanes.every(({ breaker }) => breaker === "open");
}
