/**
 * The little a test needs to talk to a served demo upstream.
 *
 * @module
 */

/** Posts a chat request. */
export function post(
  { baseUrl }: { baseUrl: string },
  body: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
}

/** A chat request of one user message. */
export function asking(
  content: string,
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  return { model: "demo-big", messages: [{ role: "user", content }], ...rest };
}

/** The JSON objects of a stream; the sentinel as the string it is. */
export async function readStream(response: Response): Promise<unknown[]> {
  const events = (await response.text()).trimEnd().split("\n\n");
  return events.map((event) => {
    const data = event.replace(/^data: /, "");
    return data === "[DONE]" ? data : JSON.parse(data);
  });
}
