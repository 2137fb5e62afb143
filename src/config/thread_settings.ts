import { z } from "zod";
import type { Upstream } from "../models/select_target.ts";
import { Flag } from "./guard_settings.ts";

const COUNT = "a number of threads, 1–64";

/** Validation of the variables for the number of threads. */
export const THREAD_VARIABLES = {
  IS_LOCAL_DEPLOYMENT: Flag,
  WORKERS: z.coerce.number(COUNT).int(COUNT).min(1, COUNT).max(64, COUNT)
    .optional(),
};

/** The number of threads the user wants; `null`: decide by the machine. */
export function toWorkers(
  { IS_LOCAL_DEPLOYMENT, WORKERS }: {
    IS_LOCAL_DEPLOYMENT: boolean;
    WORKERS?: number | undefined;
  },
): number | null {
  return IS_LOCAL_DEPLOYMENT ? 1 : WORKERS ?? null;
}

/** Where the program runs. */
export interface Machine {
  os: typeof Deno.build.os;
  cores: number;
}

/** How many threads serve, and why it is not the number the user wants. */
export interface ThreadCount {
  count: number;
  /** A sentence; `null`: it is that number. */
  notice: string | null;
}

/**
 * One thread translates some ten thousand requests a second; a team's proxy
 * needs only a few, a larger one is better served by several machines.
 */
const USUAL_MAX = 4;

/** How many threads serve. */
export function countThreads(
  { workers, upstreams }: {
    workers: number | null;
    upstreams: readonly Pick<Upstream, "name" | "limits">[];
  },
  { os, cores }: Machine,
): ThreadCount {
  const one = (why: string) => ({
    count: 1,
    notice: workers !== null && workers > 1
      ? `WORKERS: one thread serves, for ${why}`
      : null,
  });
  if (os !== "linux") return one("threads share a port on Linux alone");
  const limited = upstreams.find(({ limits: { queue: _, ...limits } = {} }) =>
    Object.values(limits).some((limit) => limit !== undefined)
  );
  if (limited) return one(`limits of ${limited.name} are counted by one`);
  const count = workers ?? Math.max(1, Math.min(cores, USUAL_MAX));
  return { count, notice: null };
}
