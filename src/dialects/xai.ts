import type { Dialect } from "./dialect.ts";

/**
 * xAI: reasoning as `reasoning_content`, nothing of it wanted back.
 *
 * @see {@link https://docs.x.ai/docs/guides/reasoning}
 */
export const xai: Dialect = {
  name: "xai",
  hosts: ["api.x.ai"],
  capabilities: () => ({ laterSystem: "in place" }),
};
