import type { ProbedServer } from "./connect_watch.ts";

/** Connects directly to a server by TCP, and closes the connection again. */
export async function probe(server: ProbedServer): Promise<void> {
  const connection = await Deno.connect(server);
  connection.close();
}
