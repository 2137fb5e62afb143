import { z } from "zod";

/**
 * An object of these settings and no others; what is wrong with it is said as
 * what is expected in its place.
 */
export function shaped<S extends z.core.$ZodShape>(
  shape: S,
): z.ZodObject<S, z.core.$strict> {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === "unrecognized_keys" ? `only ${names}` : `an object of ${names}`,
  });
}
