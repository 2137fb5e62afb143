/**
 * Runs `deno test` with the given arguments and ends with the plain line `N
 * passed, N failed` (`, N skipped` if some were).
 *
 * @module
 */
const command = new Deno.Command(Deno.execPath(), {
  args: ["test", ...Deno.args],
  stdout: "piped",
});
const child = command.spawn();
const decoder = new TextDecoder();
let tail = "";
for await (const bytes of child.stdout) {
  Deno.stdout.writeSync(bytes);
  tail = (tail + decoder.decode(bytes, { stream: true })).slice(-2_000);
}
const { code } = await child.status;
// deno-lint-ignore no-control-regex -- Deno colours its summary
const plain = tail.replaceAll(/\x1b\[[\d;]*m/g, "");
const summary =
  /\| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/;
const [, passed = "0", failed = "0", ignored] = summary.exec(plain) ?? [];
const skipped = ignored ? `, ${ignored} skipped` : "";
Deno.stdout.writeSync(
  new TextEncoder().encode(
    `\n${passed} passed, ${failed} failed${skipped}\n`,
  ),
);
Deno.exit(code);
