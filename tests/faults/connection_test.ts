import { CONNECTION_FAULTS } from "./connection_faults.ts";
import { suffer } from "./fault.ts";

for (const fault of CONNECTION_FAULTS) {
  Deno.test(`fault: ${fault.name}`, (t) => suffer(fault, t));
}
