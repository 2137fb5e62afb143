import { z } from "zod";
import { type ErrorType, isErrorType } from "./errors.ts";

/** An error as a server of the Messages API reports it. */
export interface Envelope {
  type: ErrorType;
  message: string;
  /** `error.details.error_code`. */
  code?: string | undefined;
}

const Body = z.looseObject({
  type: z.literal("error"),
  error: z.looseObject({
    type: z.string().refine(isErrorType),
    message: z.string(),
    details: z.looseObject({ error_code: z.string().optional() })
      .nullish().catch(null),
  }),
});

/**
 * Parses an error body or the data of an `error` event.
 *
 * @returns `null` for any other shape, and for types the Messages API does not
 * have: servers that imitate it use its envelope with types of their own.
 */
export function parseEnvelope(json: unknown): Envelope | null {
  const { data } = Body.safeParse(json);
  if (!data) return null;
  const { type, message, details } = data.error;
  return { type, message, code: details?.error_code };
}
