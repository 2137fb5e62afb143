import type { Turn } from "../stream/message_stream.ts";
import type { Target } from "../models/select_target.ts";

/** How targets whose upstreams speak one API are asked; each call asks anew. */
export interface Way {
  /**
   * Events as they come; `isStarted`: the client has `message_start` already.
   */
  stream(target: Target, given: { isStarted: boolean }): Turn;
  /** The message as JSON, in one piece. */
  whole(target: Target): Turn<Uint8Array<ArrayBuffer>>;
}
