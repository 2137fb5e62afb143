import { z } from "zod";

/** An object of exactly these settings; errors say what is expected instead. */
export function shaped<S extends z.core.$ZodShape>(
  shape: S,
): z.ZodObject<S, z.core.$strict> {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === "unrecognized_keys" ? `only ${names}` : `an object of ${names}`,
  });
}
