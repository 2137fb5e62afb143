const encoder = new TextEncoder();

/** Writes what was asked for to standard output. */
export function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(text));
}

/** Writes logs, progress and errors to standard error. */
export function complain(text: string): void {
  Deno.stderr.writeSync(encoder.encode(text));
}
