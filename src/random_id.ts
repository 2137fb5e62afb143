const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Characters after the prefix: 24 out of 62 make collisions impossible. */
const LENGTH = 24;

/** A new id: `prefix` and 24 random letters and digits. */
export function randomId(prefix: string): string {
  let id = prefix;
  while (id.length < prefix.length + LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH))) {
      // 248 is 4 × 62: higher bytes would favour the first letters.
      if (byte < 248 && id.length < prefix.length + LENGTH) {
        id += BASE62[byte % 62];
      }
    }
  }
  return id;
}
