import { ApiError, clientGone } from "../anthropic/errors.ts";
import type { Answer } from "../upstream/answer.ts";
import type { AnswerReader } from "../upstream/answer_reader.ts";
import type { Recording } from "./recording.ts";

/** An answer that has begun. */
export interface Begun {
  headers: Headers;
  /** What has been read of its body. */
  recording: Recording;
  /** Reads the rest; `null`: there is none. */
  reader: AnswerReader | null;
  settle: Answer["settle"];
}

/** What a {@linkcode Flight} is created with. */
export interface FlightOptions {
  /** Asks the upstream, or finds the answer; aborting ends the work. */
  open: (abort: AbortController) => Promise<Begun>;
  /** Longest answer that is kept whole for those who join late, in bytes. */
  maxBytes: number;
  /** The answer is whole and good: its first `length` bytes. Once at most. */
  onWhole: (answer: Begun, length: number) => void;
  /** Nobody may join any more. Called once. */
  onClosed: () => void;
  /** The same, and everyone who joined has settled or left. Called once. */
  onOver: () => void;
}

/** Someone who waits for the answer. */
export interface Passenger {
  /** Aborts when they leave. */
  signal: AbortSignal;
  /** The one who asked has left: from now on the call is this passenger's. */
  onInherit: () => void;
  /** This passenger asked and has left; now the call is someone else's. */
  onBequeath: () => void;
}

/** A passenger's place. */
interface Seat extends Passenger {
  /** How much of the body this seat has read, in bytes. */
  position: number;
  /** The pending read. */
  waiting: PromiseWithResolvers<Uint8Array | null> | null;
  /** Why the passenger left; `null`: still there. */
  left: ApiError | null;
}

/**
 * One answer, asked for once, for all who wait for it. Each reads it from the
 * start at its own pace; the upstream is read when someone wants more.
 *
 * One leaving does not end it for the others; the last one leaving ends the
 * upstream's work. An answer over `maxBytes` can no longer be joined, and
 * whoever is that far ahead waits for the slowest, whom the stall timeout ends.
 */
export class Flight {
  readonly #options: FlightOptions;
  readonly #abort = new AbortController();
  /** Those who read. */
  readonly #seats = new Set<Seat>();
  /** Those who have neither settled nor left. */
  readonly #aboard = new Set<Seat>();
  readonly #opening: Promise<Begun>;
  #begun: Begun | undefined;
  #payer: Seat | undefined;
  #isReading = false;
  /** Whether the body has been read to its end. */
  #isEnded = false;
  #isClosed = false;
  #isOver = false;
  #isKept = false;
  #error: unknown;

  constructor(options: FlightOptions) {
    this.#options = options;
    this.#opening = this.#open();
    this.#opening.catch(() => {}); // everyone may have left
  }

  /**
   * Waits for the answer, to be read from its start.
   *
   * @throws {ApiError} as `open` does, and when the passenger leaves.
   */
  async join(passenger: Passenger): Promise<Answer> {
    const seat: Seat = {
      ...passenger,
      position: 0,
      waiting: null,
      left: null,
    };
    const left = Promise.withResolvers<never>();
    const { signal } = passenger;
    signal.addEventListener("abort", () => {
      const error = whyGone(signal);
      left.reject(error);
      this.#leave(seat, error);
    }, { once: true });
    this.#seats.add(seat);
    this.#aboard.add(seat);
    this.#payer ??= seat;
    const { headers } = await Promise.race([this.#opening, left.promise]);
    return {
      headers,
      reader: {
        read: () => this.#read(seat),
        drain: () => this.#drain(seat),
        cancel: (error) => this.#leave(seat, error),
      },
      settle: (error) => this.#settle(seat, error),
    };
  }

  async #open(): Promise<Begun> {
    try {
      const begun = await this.#options.open(this.#abort);
      this.#isEnded = this.#isKept = begun.reader === null;
      return this.#begun = begun;
    } catch (error) {
      this.#seats.clear();
      this.#aboard.clear();
      this.#close();
      throw error;
    }
  }

  #read(seat: Seat): Promise<Uint8Array | null> {
    seat.waiting = Promise.withResolvers();
    const { promise } = seat.waiting;
    this.#serve(seat);
    return promise;
  }

  /** Gives a seat the bytes it waits for, or makes sure that they come. */
  #serve(seat: Seat): void {
    const { waiting } = seat;
    if (!waiting || !this.#begun) return;
    const { recording } = this.#begun;
    if (seat.left) {
      seat.waiting = null;
      waiting.reject(seat.left);
    } else if (seat.position < recording.length) {
      seat.waiting = null;
      const bytes = recording.read(seat.position);
      seat.position += bytes.length;
      waiting.resolve(bytes);
      if (this.#isFull) this.#freeBefore(seat);
    } else if (this.#error !== undefined) {
      seat.waiting = null;
      waiting.reject(this.#error);
    } else if (this.#isEnded) {
      seat.waiting = null;
      waiting.resolve(null);
      this.#finish(seat);
    } else this.#readOn(this.#begun);
  }

  #serveAll(): void {
    for (const seat of this.#seats) this.#serve(seat);
  }

  /** Reads the upstream, unless a read is pending or someone lags too far. */
  #readOn({ reader, recording }: Begun): void {
    if (this.#isReading || !reader) return;
    if (this.#isFull && this.#lag >= this.#options.maxBytes) return;
    this.#isReading = true;
    reader.read().then((bytes) => {
      this.#isReading = false;
      if (bytes) this.#take(bytes, recording);
      else this.#isEnded = true;
      if (this.#isFull) this.#close();
      this.#serveAll();
    }, (error) => {
      this.#isReading = false;
      this.#error = error;
      this.#close();
      this.#serveAll();
    });
  }

  /** Records what was read; a seat that waits for it alone gets it directly. */
  #take(bytes: Uint8Array, recording: Recording): void {
    const [seat] = this.#seats;
    const isNext = seat?.position === recording.length;
    recording.append(bytes);
    if (!seat?.waiting || !isNext || this.#seats.size > 1) return;
    seat.position += bytes.length;
    seat.waiting.resolve(bytes);
    seat.waiting = null;
    if (this.#isFull) recording.dropBefore(seat.position);
  }

  get #isFull(): boolean {
    const length = this.#begun?.recording.length ?? 0;
    return length > this.#options.maxBytes;
  }

  /** How far behind the slowest is, in bytes. */
  get #lag(): number {
    const length = this.#begun?.recording.length ?? 0;
    return Math.max(
      0,
      ...[...this.#seats].map(({ position }) => length - position),
    );
  }

  /** Frees what everyone has read; others may have been waiting for that. */
  #freeBefore(seat: Seat): void {
    const recording = this.#begun?.recording;
    recording?.dropBefore(recording.length - this.#lag);
    for (const other of this.#seats) if (other !== seat) this.#serve(other);
  }

  /** How the answer ended: `null`, what the seat has read is whole. */
  #settle(seat: Seat, error: ApiError | null): void {
    this.#begun?.settle(error);
    if (!error && !this.#isKept && !this.#isFull && this.#begun) {
      this.#isKept = true;
      this.#options.onWhole(this.#begun, seat.position);
      this.#close(); // from here on it is found where it is stored
    }
    this.#disembark(seat);
  }

  #disembark(seat: Seat): void {
    this.#aboard.delete(seat);
    this.#tellOver();
  }

  #drain(seat: Seat): void {
    this.#finish(seat);
    if (this.#isEnded || this.#isReading) return;
    this.#isEnded = true;
    this.#begun?.reader?.drain();
    this.#serveAll();
  }

  /** Ends a seat that has read everything. */
  #finish(seat: Seat): void {
    this.#seats.delete(seat);
    if (this.#seats.size === 0) this.#close();
  }

  #leave(seat: Seat, error: ApiError): void {
    const wasReading = this.#seats.delete(seat);
    this.#disembark(seat);
    if (!wasReading) return;
    seat.left = error;
    seat.waiting?.reject(error);
    seat.waiting = null;
    const [next] = this.#seats;
    if (!next) {
      this.#close();
      if (!this.#isEnded) this.#abort.abort(error);
    } else if (this.#payer === seat) {
      this.#payer = next;
      seat.onBequeath();
      next.onInherit();
    }
    if (this.#isFull) this.#serveAll();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.onClosed();
    this.#tellOver();
  }

  #tellOver(): void {
    if (this.#isOver || !this.#isClosed || this.#aboard.size > 0) return;
    this.#isOver = true;
    this.#options.onOver();
  }
}

function whyGone({ reason }: AbortSignal): ApiError {
  return reason instanceof ApiError ? reason : clientGone(reason);
}
