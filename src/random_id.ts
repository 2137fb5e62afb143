const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Characters after the prefix: 24 of 62 leave no room for a second of its kind. */
const LENGTH = 24;

/** A fresh id: `prefix` and 24 random letters and digits. */
export function randomId(prefix: string): string {
  let id = prefix;
  while (id.length < prefix.length + LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH))) {
      // 248 is 4 × 62: bytes above would make the first letters likelier.
      if (byte < 248 && id.length < prefix.length + LENGTH) {
        id += BASE62[byte % 62];
      }
    }
  }
  return id;
}
