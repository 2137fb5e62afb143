/**
 * What tests need to talk to a served demo upstream.
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

/** Posts a Responses request, by default with one user message. */
export function respond(
  { baseUrl }: { baseUrl: string },
  body: Record<string, unknown>,
): Promise<Response> {
  return fetch(`${baseUrl}/responses`, {
    method: "POST",
    body: JSON.stringify({ model: "demo-big", input: "Hi", ...body }),
  });
}

/** An event of a Responses stream. */
export interface NamedEvent {
  type: string;
  sequence_number: number;
  [field: string]: unknown;
}

/**
 * The events of a Responses stream.
 *
 * @throws {Error} if one is not named after its type.
 */
export async function readNamedEvents(
  response: Response,
): Promise<NamedEvent[]> {
  const events = (await response.text()).split("\n\n").slice(0, -1);
  return events.map((text) => {
    const [, name, data = ""] = /^event: (\S+)\ndata: (.*)$/.exec(text) ?? [];
    const event: NamedEvent = JSON.parse(data);
    if (event.type !== name) throw new Error(`${event.type} named ${name}`);
    return event;
  });
}

/** A chat request of one user message. */
export function asking(
  content: string,
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  return { model: "demo-big", messages: [{ role: "user", content }], ...rest };
}

/** The JSON objects of a stream; the sentinel stays a string. */
export async function readStream(response: Response): Promise<unknown[]> {
  const events = (await response.text()).trimEnd().split("\n\n");
  return events.map((event) => {
    const data = event.replace(/^data: /, "");
    return data === "[DONE]" ? data : JSON.parse(data);
  });
}
