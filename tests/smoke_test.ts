import { equal } from "node:assert/strict";
import { postMessages, readEvents, startProxy } from "./support.ts";

Deno.test("the proxy streams an answer of the demo upstream", async () => {
  await using proxy = startProxy();
  const events = await readEvents(await postMessages(proxy, { stream: true }));
  equal(events[0]?.event, "message_start");
  equal(events.at(-1)?.event, "message_stop");
});
