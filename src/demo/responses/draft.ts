/**
 * One output item of a response while it is being written. Pure.
 *
 * @module
 */
import type { Stroke } from "./strokes.ts";

/** An event of the stream, without its sequence number and place. */
export interface Event {
  type: string;
  [field: string]: unknown;
}

/** An output item as sent. */
export interface OutputItem {
  id: string;
  type: string;
  [field: string]: unknown;
}

/** The `status` of a finished item. */
export type FinalStatus = "completed" | "incomplete";

/** Writes one item: all its strokes, from beginning to end. */
export interface Draft {
  /** The item as announced. */
  readonly begun: OutputItem;
  /** Events for one more stroke. */
  write(stroke: Stroke): Event[];
  /** Events at its end, before the complete item. */
  end(): Event[];
  /** The complete item. */
  finished(status: FinalStatus): OutputItem;
}
