import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { Notices } from "./notices.ts";
import { toPassedRequest } from "./passthrough_request.ts";
import { encodeSignature } from "./signature.ts";

const BILLING = "x-anthropic-billing-header: cc_version=1; cch=0f3a;";

function pass(body: unknown, signedThinking = false) {
  const notices = new Notices();
  const target = { model: "up", capabilities: { signedThinking } };
  const request = toPassedRequest(body, { target, notices });
  return { request, notices: notices.list() };
}

Deno.test("toPassedRequest() keeps the order of the fields", () => {
  const body = { stream: true, model: "asked", "2": 1, a: null, max_tokens: 1 };
  const text = JSON.stringify(pass(body).request);
  equal(text, '{"2":1,"stream":true,"model":"up","a":null,"max_tokens":1}');
});

Deno.test("toPassedRequest() leaves out the billing line wherever it is", () => {
  const line = { type: "text", text: BILLING };
  const rest = { type: "text", text: "S" };
  const rows: [system: unknown, expected: unknown][] = [
    [[line, rest], [rest]],
    [[rest], [rest]],
    [[line], undefined],
    [BILLING, undefined],
    ["S", "S"],
    [[], undefined],
  ];
  for (const [system, expected] of rows) {
    const { request } = pass({ model: "asked", system });
    deepEqual(request.system, expected);
    equal("system" in request, expected !== undefined);
  }
});

Deno.test("toPassedRequest() leaves all thinking to an upstream that checks none", () => {
  const signature = encodeSignature({ dialect: "test", model: "m" });
  const content = [{ type: "thinking", thinking: "Hm", signature }];
  const messages = [{ role: "assistant", content }];
  const { request, notices } = pass({ messages });
  deepEqual(request.messages, messages);
  deepEqual(notices, []);
});

Deno.test("toPassedRequest() changes neither the client's object nor what it need not", () => {
  const user = { role: "user", content: "q" };
  const thinking = { type: "thinking", thinking: "Hm", signature: "" };
  const text = { type: "text", text: "a" };
  const body = {
    messages: [user, { role: "assistant", content: [thinking, text] }],
  };
  const before = structuredClone(body);
  const { request } = pass(body, true);
  deepEqual(body, before);
  const [first, second] = Object(request.messages);
  equal(first, user);
  deepEqual(second, { role: "assistant", content: [text] });
});
