/**
 * One output item of a response while it is written. Pure.
 *
 * @module
 */
import type { Stroke } from "./strokes.ts";

/** An event of the stream, without its sequence number and place. */
export interface Event {
  type: string;
  [field: string]: unknown;
}

/** An output item as it goes over the wire. */
export interface OutputItem {
  id: string;
  type: string;
  [field: string]: unknown;
}

/** What `status` says of an item that is finished. */
export type FinalStatus = "completed" | "incomplete";

/** Writes one item: all its strokes, from its beginning to its end. */
export interface Draft {
  /** As it is announced. */
  readonly begun: OutputItem;
  /** Events for one more stroke. */
  write(stroke: Stroke): Event[];
  /** Events at its end, before it is given whole. */
  end(): Event[];
  /** As it is given at its end. */
  finished(status: FinalStatus): OutputItem;
}
