import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import { ApiError } from "../anthropic/errors.ts";
import { EventRelay } from "./event_relay.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Constructed from the API's manual; the odd spaces are on purpose. */
const START =
  'event: message_start\ndata: {"type":"message_start", "message":' +
  '{"model":"up","content":[],"usage":{"input_tokens":7,"output_tokens":1}}}\n\n';
const DELTA = "event: content_block_delta\n" +
  'data: {"type":"content_block_delta","index":0,"delta":{"text":"é€😀"}}\n\n';
const END = 'event: message_delta\ndata: {"usage":{"output_tokens":5}}\n\n';
const STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const PING = "event: ping\ndata: {}\n\n";

/** Everything that is passed on for the pieces, in total and per piece. */
function relay(pieces: readonly (string | Uint8Array)[], model = "asked") {
  const relay = new EventRelay(model);
  const passed = pieces.map((piece) => {
    const bytes = typeof piece === "string" ? encoder.encode(piece) : piece;
    return decoder.decode(relay.push(bytes).bytes);
  });
  return { relay, passed, text: passed.join("") };
}

const WHOLE = START + PING + DELTA + DELTA + END + STOP;
const EXPECTED = WHOLE.replace('"model":"up"', '"model":"asked"');

Deno.test("EventRelay passes on the same, wherever the bytes are cut (S21)", () => {
  const bytes = encoder.encode(WHOLE);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { text, relay: { isEnded, usage } } = relay([
      bytes.slice(0, cut),
      bytes.slice(cut),
    ]);
    equal(text, EXPECTED);
    equal(isEnded, true);
    equal(usage?.output_tokens, 5);
  }
  const each = Array.from(bytes, (byte) => Uint8Array.of(byte));
  equal(relay(each).text, EXPECTED);
});

Deno.test("EventRelay knows all three line ends (S21)", () => {
  const lines = (text: string) => text.split(/[\r\n]+/);
  for (const lineEnd of ["\r\n", "\r"]) {
    const bytes = encoder.encode(WHOLE.replaceAll("\n", lineEnd));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { text, relay: { isEnded } } = relay([
        bytes.slice(0, cut),
        bytes.slice(cut),
      ]);
      deepEqual(lines(text), lines(EXPECTED));
      equal(isEnded, true);
    }
  }
});

Deno.test("EventRelay passes on whole events alone", () => {
  const { passed } = relay([
    START + DELTA.slice(0, 30),
    DELTA.slice(30) + "ev",
  ]);
  deepEqual(passed, [START.replace('"up"', '"asked"'), DELTA]);
});

Deno.test("EventRelay leaves the bytes of message_start where the model is the one asked for", () => {
  const odd = START.replaceAll("data: ", "id: 1\ndata:").replace(
    "event: ",
    "event:",
  );
  equal(relay([odd + STOP], "up").text, odd + STOP);
});

Deno.test("EventRelay changes the model in data of several lines", () => {
  const start =
    'event: message_start\ndata: {"message":\ndata: {"model":"up"}}\n\n';
  equal(relay([start]).text, start.replace("up", "asked"));
});

Deno.test("EventRelay takes no line separator inside a text for a line's end", () => {
  const start = START.replace('"content":[]', '"note":"a\u2028b\u0085c"');
  equal(relay([start]).text, start.replace('"up"', '"asked"'));
});

Deno.test("EventRelay holds back what comes before message_start", () => {
  const { passed } = relay([": waiting\n\n", PING, START, PING], "up");
  deepEqual(passed, ["", "", `: waiting\n\n${PING}${START}`, PING]);
});

Deno.test("EventRelay leaves out what follows message_stop", () => {
  const { text } = relay([START + STOP + PING, PING], "up");
  equal(text, START + STOP);
});

Deno.test("EventRelay tells of an error and passes on what came before it", () => {
  const relay = new EventRelay("up");
  const error = 'event: error\ndata: {"type":"error"}\n\n';
  const relayed = relay.push(encoder.encode(START + error + STOP));
  equal(decoder.decode(relayed.bytes), START);
  equal(relayed.error, '{"type":"error"}');
  equal(relay.isEnded, false);
});

Deno.test("EventRelay takes later counts over earlier ones", () => {
  const { relay: { usage } } = relay([
    START.replace("}}}", ',"cache_read_input_tokens":4}}}'),
    'event: message_delta\ndata: {"usage":{"input_tokens":null,"cache_read_input_tokens":9,"output_tokens":5}}\n\n',
  ]);
  deepEqual(
    [usage?.input_tokens, usage?.cache_read_input_tokens, usage?.output_tokens],
    [7, 9, 5],
  );
});

Deno.test("EventRelay passes on events it cannot read", () => {
  const odd =
    "event: message_delta\ndata: {not json\n\nevent: message_start\n\n";
  equal(
    relay([odd]).text,
    odd.replace("message_start\n", "message_start\ndata: \n"),
  );
});

Deno.test("EventRelay holds back no more than memory allows", () => {
  for (const end of ["", "\n\n"]) { // one long event, or many before the first
    const relay = new EventRelay("up");
    const piece = encoder.encode(`data: ${"x".repeat(8 * 1024 * 1024)}${end}`);
    throws(() => {
      for (let i = 0; i < 5; i++) relay.push(piece);
    }, ApiError);
  }
});

Deno.test("EventRelay leaves out the start a client has had, not what it counted", () => {
  const relay = new EventRelay("asked", { isStarted: true });
  const push = (text: string) =>
    decoder.decode(relay.push(encoder.encode(text)).bytes);
  equal(push(PING + START), PING);
  equal(push(DELTA), DELTA);
  equal(
    push(END),
    'event: message_delta\ndata: {"usage":{"input_tokens":7,"output_tokens":5}}\n\n',
  );
  equal(push(STOP), STOP);
  equal(relay.usage?.input_tokens, 7);
});
