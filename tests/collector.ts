/**
 * A stand-in for an OpenTelemetry collector on a real port.
 *
 * @module
 */

/** A post, as received. */
export interface TakenPost {
  path: string;
  headers: Headers;
  body: Uint8Array;
}

/** A span, as received, with its attributes by name. */
export interface TakenSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number };
  attributes: Record<string, unknown>;
}

/** A collector; disposing of it closes it. */
export interface Collector extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  url: string;
  posts: TakenPost[];
  /** All spans so far; `resource`: the attributes of the last sender. */
  spans: TakenSpan[];
  resource: Record<string, unknown>;
  /** Settles as soon as `isThere` returns true. */
  until(isThere: () => boolean): Promise<void>;
}

/** @param statusOf The status for a post, by its number from 1. */
export function serveCollector(
  statusOf: (number: number) => number = () => 200,
): Collector {
  const taken = new EventTarget();
  const posts: TakenPost[] = [];
  const spans: TakenSpan[] = [];
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
  }, async (request) => {
    const { headers } = request;
    const { pathname: path } = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    posts.push({ path, headers, body });
    const status = statusOf(posts.length);
    if (status === 200 && isSpans(body)) {
      const { resourceSpans: [sent] } = JSON.parse(
        new TextDecoder().decode(body),
      );
      collector.resource = byName(sent.resource.attributes);
      for (const span of sent.scopeSpans[0].spans) {
        spans.push({ ...span, attributes: byName(span.attributes) });
      }
    }
    taken.dispatchEvent(new Event("post"));
    return new Response("{}", { status });
  });
  const collector: Collector = {
    url: `http://127.0.0.1:${server.addr.port}`,
    posts,
    spans,
    resource: {},
    async until(isThere) {
      while (!isThere()) {
        await new Promise((resolve) =>
          taken.addEventListener("post", resolve, { once: true })
        );
      }
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return collector;
}

function isSpans(body: Uint8Array): boolean {
  return new TextDecoder().decode(body).startsWith('{"resourceSpans"');
}

function byName(
  attributes: { key: string; value: Record<string, unknown> }[],
): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value: { intValue, ...rest } }) => [
      key,
      intValue === undefined ? Object.values(rest)[0] : Number(intValue),
    ]),
  );
}
