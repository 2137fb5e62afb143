/** The demo upstream, without any latency, in a thread of its own. */
/// <reference lib="deno.worker" />
import { serveDemoUpstream } from "../../src/demo/serve.ts";

const { baseUrl, upstream } = serveDemoUpstream();
self.onmessage = () => self.postMessage(upstream.exchanges.length);
self.postMessage(baseUrl);
