import { registerCases } from "./register.ts";

registerCases("S", "A");
