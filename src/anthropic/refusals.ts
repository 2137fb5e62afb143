import { ApiError } from "./errors.ts";
import type { MessagesRequest } from "./request.ts";

/**
 * Refuses what would change a request's meaning if it were left out. Each
 * message is one its client knows how to recover from.
 *
 * @throws {ApiError} `invalid_request_error`, also as {@linkcode
 * refuseHeldState}.
 */
export function refuseUnsupported(request: MessagesRequest): void {
  refuseHeldState(request);
  if (request.mcp_servers?.length) {
    throw refusal("mcp_servers: not supported by this gateway");
  }
  if (isGiven(request.compaction)) {
    throw refusal("compaction: not supported by this gateway");
  }
  if (hasSkills(request.container)) {
    throw refusal("container.skills: not supported by this gateway");
  }
}

/**
 * Refuses what no gateway can do, whatever its upstream speaks: a thread's
 * state is at one upstream, under one key, and the next request may go to
 * another; `safeguards` belong to Anthropic's own accounts.
 *
 * @throws {ApiError} `invalid_request_error`: for `thread` with the code that
 * makes the SDK replay the whole conversation, for `safeguards` naming the
 * field, which makes Claude Code resend without it and run its own checks.
 */
export function refuseHeldState(
  { thread, safeguards }: Pick<MessagesRequest, "thread" | "safeguards">,
): void {
  if (isGiven(thread)) {
    throw new ApiError(
      "invalid_request_error",
      "thread: server-held threads are not supported by this gateway, send the whole conversation",
      { code: "thread_unsupported_request" },
    );
  }
  if (isGiven(safeguards)) {
    throw refusal("safeguards: not supported by this gateway");
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function hasSkills(container: unknown): boolean {
  return typeof container === "object" && container !== null &&
    "skills" in container && isGiven(container.skills);
}

function refusal(message: string): ApiError {
  return new ApiError("invalid_request_error", message);
}
