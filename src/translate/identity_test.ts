import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  strictEqual as equal,
} from "node:assert";
import { toIdentity } from "./identity.ts";
import { sha256 } from "./ids.ts";

const BOTH = { promptCacheKey: true, safetyIdentifier: true };
const claudeCode = JSON.stringify({
  device_id: "device",
  account_uuid: "",
  session_id: "session",
});

function identityOf(
  user_id: string | null | undefined,
  sessionId?: string,
  capabilities = BOTH,
) {
  return toIdentity({ metadata: { user_id } }, { capabilities, sessionId });
}

Deno.test("toIdentity() hashes device and session of Claude Code's metadata (R58)", () => {
  deepEqual(identityOf(claudeCode), {
    prompt_cache_key: sha256("session").slice(0, 32),
    safety_identifier: sha256("device"),
  });
});

Deno.test("toIdentity() takes the metadata's session before the header's", () => {
  const { prompt_cache_key } = identityOf(claudeCode, "header");
  equal(prompt_cache_key, sha256("session").slice(0, 32));
  const { prompt_cache_key: fromHeader } = identityOf("user", "header");
  equal(fromHeader, sha256("header").slice(0, 32));
});

Deno.test("toIdentity() hashes the whole of a user id that is no JSON", () => {
  for (const userId of ["user-1", "{not json", "[1]", '{"device_id":1}']) {
    deepEqual(identityOf(userId), { safety_identifier: sha256(userId) });
  }
});

Deno.test("toIdentity() says nothing where nobody is named", () => {
  for (const userId of [undefined, null, ""]) {
    deepEqual(identityOf(userId), {});
  }
  deepEqual(
    toIdentity({}, { capabilities: BOTH, sessionId: undefined }),
    {},
  );
});

Deno.test("toIdentity() sends each hash only where the upstream takes it", () => {
  for (const promptCacheKey of [true, false]) {
    for (const safetyIdentifier of [true, false]) {
      const capabilities = { promptCacheKey, safetyIdentifier };
      const identity = identityOf(claudeCode, undefined, capabilities);
      equal("prompt_cache_key" in identity, promptCacheKey);
      equal("safety_identifier" in identity, safetyIdentifier);
    }
  }
});

Deno.test("toIdentity() tells sessions and users apart", () => {
  const other = claudeCode.replaceAll(/device"|session"/g, '2"');
  const [one, two] = [identityOf(claudeCode), identityOf(other)];
  notEqual(one.prompt_cache_key, two.prompt_cache_key);
  notEqual(one.safety_identifier, two.safety_identifier);
});
