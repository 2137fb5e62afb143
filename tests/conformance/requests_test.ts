import { registerCases } from "./register.ts";

registerCases("R");
