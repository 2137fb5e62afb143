import { registerCases } from "./register.ts";

registerCases("N", "E", "C", "P");
