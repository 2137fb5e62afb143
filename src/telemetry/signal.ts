/** The kinds of telemetry in OTLP, as named in its paths. */
export const SIGNALS = ["traces", "metrics", "logs"] as const;

/** One of {@linkcode SIGNALS}. */
export type Signal = typeof SIGNALS[number];

/** A client's telemetry, as received. */
export interface ClientTelemetry {
  contentType: string;
  /** `undefined`: not compressed. */
  contentEncoding: string | undefined;
  body: Uint8Array<ArrayBuffer>;
}

/** Forward clients' telemetry, by kind; absent: no destination. */
export type Forwarders = Partial<
  Record<Signal, (telemetry: ClientTelemetry) => void>
>;
