/**
 * A value that must not be seen. It prints as `***` in logs, JSON, errors and
 * the console; only {@linkcode Secret.reveal} gives it away.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [Symbol.for("Deno.customInspect")](): string {
    return "***";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "***";
  }
}

/**
 * Blots out what looks like a key or like credentials in a URL: makers echo
 * parts of keys in their errors, and Deno's own errors hold whole URLs.
 */
export function redact(text: string): string {
  return text
    .replaceAll(/\b(sk-|xai-|gsk_|AIza)[\w*-]{6,}/g, "***")
    .replaceAll(/\/\/[^\s/@]+@/g, "//***@");
}
