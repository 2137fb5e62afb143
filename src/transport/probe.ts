import type { Probe } from "./connect_watch.ts";

/** Connects by TCP, directly. */
export const probe: Probe = async (server) => {
  const connection = await Deno.connect(server);
  connection.close();
};
