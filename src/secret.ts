/**
 * A value that must not be seen. It prints as `***` in logs, JSON, errors and
 * the console; only {@linkcode Secret.reveal} returns it.
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

/** Removes secrets from a text. */
export type Redact = (text: string) => string;

/**
 * Removes what looks like a key, or like credentials in a URL: upstreams echo
 * parts of keys in their errors, and Deno's own errors contain whole URLs.
 */
export function redact(text: string): string {
  return text
    .replaceAll(/\b(sk-|xai-|gsk_|AIza)[\w*-]{6,}/g, "***")
    .replaceAll(/\/\/[^\s/@]+@/g, "//***@")
    .replaceAll(SECRET_PARAMETER, "$1***");
}

/** `?key=…`, `&api-key=…`, `?access_token=…`, `&sig=…` and the like. */
const SECRET_PARAMETER =
  /([?&][\w.-]{0,40}(?:key|token|secret|password|sig|signature)=)[^&#\s"'\\]+/gi;

/** Shorter ones occur in many words that are not secret. */
const MIN_LENGTH = 8;

/**
 * Creates a function that removes these secrets, plain and as encoded in JSON
 * and URLs, in addition to what {@linkcode redact} removes. Secrets of less
 * than eight characters are only removed if they look like one.
 */
export function createRedactor(secrets: readonly Secret[]): Redact {
  const values = secrets.map((secret) => secret.reveal())
    .filter((value) => value.length >= MIN_LENGTH);
  const forms = [...new Set(values.flatMap(toForms))]
    .toSorted((a, b) => b.length - a.length); // one may begin another
  return (text) =>
    redact(forms.reduce((rest, form) => rest.replaceAll(form, "***"), text));
}

function toForms(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  return [
    value,
    inJson,
    JSON.stringify(inJson).slice(1, -1), // JSON in JSON
    encodeURIComponent(value),
  ];
}
