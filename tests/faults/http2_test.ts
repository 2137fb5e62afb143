import { suffer } from "./fault.ts";
import { HTTP2_FAULTS } from "./http2_faults.ts";

for (const fault of HTTP2_FAULTS) {
  Deno.test(`fault: ${fault.name}`, (t) => suffer(fault, t));
}
