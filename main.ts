/**
 * The program and all its workers: compiled, they are one file. It detects
 * which of them it is, and loads only what that one needs.
 *
 * @module
 */
import { isPdfWorker, servePdfText } from "./src/pdf/worker.ts";
import { holdMessages, isServingThread } from "./src/threads/serving_scope.ts";
import { isTokenWorker, serveTokenCounts } from "./src/tokens/worker.ts";

const workerUrl = import.meta.url;
if (isTokenWorker(self)) serveTokenCounts(self);
else if (isPdfWorker(self)) servePdfText(self);
else if (isServingThread(self)) {
  const release = holdMessages(self);
  const { runServingThread } = await import("./src/process/serving_thread.ts");
  runServingThread(self, workerUrl);
  release();
} else if (import.meta.main) {
  const { runCommand } = await import("./src/process/run_command.ts");
  await runCommand(Deno.args, { workerUrl });
}
