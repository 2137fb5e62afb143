import type { Logger } from "../log.ts";
import type { Redact } from "../secret.ts";

/** A body that went over the wire. */
export interface LoggedBody {
  /** Whose body it is. */
  what: "client request" | "upstream request" | "answer";
  /** To whom it went, `upstream/model`. */
  target?: string;
  text: string;
}

/** Writes bodies to a request's log. */
export type LogBody = (log: Pick<Logger, "info">, body: LoggedBody) => void;

/** What is kept of a longer body's beginning, and as much of its end. */
const KEPT_CHARS = 50_000;

/**
 * Makes a {@linkcode LogBody} that leaves out secrets, and the middle of what is
 * long: a conversation's newest message is its last.
 */
export function createBodyLog(redact: Redact): LogBody {
  return (log, { text, ...body }) => {
    const clean = redact(text); // before a key is cut in two
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
