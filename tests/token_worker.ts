/** The token counter's worker as a module of its own; the program's is main.ts. */
import { isTokenWorker, serveTokenCounts } from "../src/tokens/worker.ts";

if (isTokenWorker(self)) serveTokenCounts(self);
