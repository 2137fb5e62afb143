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

/** Blots out secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Blots out what looks like a key, or like credentials in a URL: makers echo
 * parts of keys in their errors, and Deno's own errors hold whole URLs.
 */
export function redact(text: string): string {
  return text
    .replaceAll(/\b(sk-|xai-|gsk_|AIza)[\w*-]{6,}/g, "***")
    .replaceAll(/\/\/[^\s/@]+@/g, "//***@")
    .replaceAll(SECRET_PARAMETER, "$1***");
}

/** `?key=…`, `&api-key=…`, `?access_token=…`, `&sig=…` and their like. */
const SECRET_PARAMETER =
  /([?&][\w.-]{0,40}(?:key|token|secret|password|sig|signature)=)[^&#\s"'\\]+/gi;

/** What is shorter stands in many a word that is no secret. */
const MIN_LENGTH = 8;

/**
 * Makes what blots out these secrets, as they are and as JSON and URLs write
 * them, beside all that {@linkcode redact} does. Secrets of less than eight
 * characters are left to what they look like.
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
