import { ANSWER_FAULTS } from "./answer_faults.ts";
import { suffer } from "./fault.ts";

for (const fault of ANSWER_FAULTS) {
  Deno.test(`fault: ${fault.name}`, (t) => suffer(fault, t));
}
