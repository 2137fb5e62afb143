/**
 * A refusal in OpenAI's shape. Pure.
 *
 * @module
 */
import { openaiError } from "./replies.ts";

/** A request that OpenAI refuses. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly status: number;
  readonly #details: { param?: string; code?: string };

  /**
   * @param details The error's location and name, if OpenAI gives them; the
   * HTTP status if it is not 400.
   */
  constructor(
    message: string,
    details: { param?: string; code?: string; status?: number } = {},
  ) {
    super(message);
    const { status = 400, ...rest } = details;
    this.status = status;
    this.#details = rest;
  }

  toBody(): ReturnType<typeof openaiError> {
    return openaiError(this.message, this.#details);
  }
}
