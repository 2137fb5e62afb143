import type { Turn } from "../stream/message_stream.ts";
import type { Target } from "../models/select_target.ts";

/** How targets are asked whose upstreams speak one API; each call asks anew. */
export interface Way {
  /** Events as they come; `isStarted`: the client has had `message_start` already. */
  stream(target: Target, given: { isStarted: boolean }): Turn;
  /** The message as JSON, in one read. */
  whole(target: Target): Turn<Uint8Array<ArrayBuffer>>;
}
