/** The kinds of telemetry that OTLP carries, as its paths name them. */
export const SIGNALS = ["traces", "metrics", "logs"] as const;

/** One of {@linkcode SIGNALS}. */
export type Signal = typeof SIGNALS[number];

/** Telemetry of a client, as it came. */
export interface ClientTelemetry {
  contentType: string;
  /** `undefined`: it is not compressed. */
  contentEncoding: string | undefined;
  body: Uint8Array<ArrayBuffer>;
}

/** Hand telemetry of clients on, by its kind; absent: there is nowhere to. */
export type Forwarders = Partial<
  Record<Signal, (telemetry: ClientTelemetry) => void>
>;
