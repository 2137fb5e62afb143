import type { ProbedServer } from "./connect_watch.ts";

/** Connects to a server by TCP, directly, and closes the connection again. */
export async function probe(server: ProbedServer): Promise<void> {
  const connection = await Deno.connect(server);
  connection.close();
}
