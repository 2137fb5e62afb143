import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { handToDeno, hasProxy } from "./environment.ts";

/** An environment with these variables set. */
function env(set: Record<string, string>) {
  return {
    set: (name: string, value: string) => void (set[name] = value),
    get: (name: string) => set[name],
  };
}

Deno.test("handToDeno() hands to Deno what Deno reads, and nothing else", () => {
  const set: Record<string, string> = { HTTP_PROXY: "http://set" };
  handToDeno({
    HTTPS_PROXY: "http://proxy",
    HTTP_PROXY: "http://other",
    NO_PROXY: "localhost",
    NODE_EXTRA_CA_CERTS: "ca.pem",
    OPENAI_API_KEY: "sk-secret",
  }, env(set));
  deepEqual(set, {
    HTTP_PROXY: "http://set",
    HTTPS_PROXY: "http://proxy",
    NO_PROXY: "localhost",
    DENO_CERT: "ca.pem",
  });
});

Deno.test("handToDeno() leaves Deno the certificates it has been told of", () => {
  const set = { DENO_CERT: "mine.pem" };
  handToDeno({ NODE_EXTRA_CA_CERTS: "ca.pem" }, env(set));
  equal(set.DENO_CERT, "mine.pem");
});

Deno.test("hasProxy() knows every name of a proxy", () => {
  equal(hasProxy(env({ NO_PROXY: "*", HTTPS_PROXY: "" })), false);
  for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"]) {
    equal(hasProxy(env({ [name]: "http://proxy" })), true);
    equal(hasProxy(env({ [name.toLowerCase()]: "http://proxy" })), true);
  }
});
