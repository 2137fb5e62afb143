/**
 * A refusal in OpenAI's shape. Pure.
 *
 * @module
 */
import { openaiError } from "./replies.ts";

/** A request that OpenAI answers with status 400. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly #details: { param?: string; code?: string };

  /** @param details Where the fault is, and its name, where OpenAI says so. */
  constructor(
    message: string,
    details: { param?: string; code?: string } = {},
  ) {
    super(message);
    this.#details = details;
  }

  toBody(): ReturnType<typeof openaiError> {
    return openaiError(this.message, this.#details);
  }
}
