import type { Logger } from "../log.ts";
import type { Redact } from "../secret.ts";

/** A body sent or received. */
export interface LoggedBody {
  /** Whose body it is. */
  what: "client request" | "upstream request" | "answer";
  /** Its recipient, `upstream/model`. */
  target?: string;
  text: string;
}

/** Writes bodies to a request's log. */
export type LogBody = (log: Pick<Logger, "info">, body: LoggedBody) => void;

/** How much of a longer body's beginning is kept, and of its end. */
const KEPT_CHARS = 50_000;

/**
 * Creates a {@linkcode LogBody} that removes secrets, and the middle of long
 * bodies: a conversation's newest message comes last.
 */
export function createBodyLog(redact: Redact): LogBody {
  return (log, { text, ...body }) => {
    const clean = redact(text); // before a key could be cut in two
    const leftOut = clean.length - 2 * KEPT_CHARS;
    log.info("body", {
      ...body,
      text: leftOut > 0
        ? `${clean.slice(0, KEPT_CHARS)} … ${clean.slice(-KEPT_CHARS)}`
        : clean,
      charsLeftOut: leftOut > 0 ? leftOut : undefined,
    });
  };
}
