const encoder = new TextEncoder();

/** Writes to standard output: what was asked for. */
export function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(text));
}

/** Writes to standard error: logs, progress, what went wrong. */
export function complain(text: string): void {
  Deno.stderr.writeSync(encoder.encode(text));
}
