import { ApiError } from "../anthropic/errors.ts";

/**
 * What reading a body resolves to, unless that takes too long: a client that
 * sends a byte now and then would hold its request open forever.
 *
 * @throws {ApiError} `timeout_error` after `ms` milliseconds.
 */
export async function within<T>(reading: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooSlow = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `The request body took more than ${ms / 1000} s`;
      reject(new ApiError("timeout_error", message, { status: 408 }));
    }, ms);
  });
  try {
    return await Promise.race([reading, tooSlow]);
  } finally {
    clearTimeout(timer);
  }
}
