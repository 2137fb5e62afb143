import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import {
  assistant,
  pdf,
  text,
  toMessages,
  user,
} from "../../tests/builders.ts";
import type { Capabilities } from "../openai/capabilities.ts";

const IN_PLACE = { laterSystem: "in place", systemRole: "developer" } as const;
const PARTS = { textParts: true } as const;
const system = (content: unknown, rest = {}) => ({
  role: "system",
  content,
  ...rest,
});
const said = (content: string) => ({ role: "user", content });

interface Row {
  promise: string;
  messages: unknown[];
  given?: Partial<Capabilities>;
  expected: unknown[];
}

const ROWS: Row[] = [
  {
    promise: "puts later system text into the user's turn as a reminder (R5)",
    messages: [user(text("q")), system("S2")],
    expected: [said("q\n\n<system-reminder>\nS2\n</system-reminder>")],
  },
  {
    promise: "keeps later system text in its place where it may (R6)",
    messages: [user(text("q")), system([text("S2")])],
    given: IN_PLACE,
    expected: [said("q"), { role: "developer", content: "S2" }],
  },
  {
    promise: "leaves out system text that was for a turn that is over (R8)",
    messages: [
      user(text("q")),
      system("S2", { clear_at: "next_user_message" }),
      assistant(text("a")),
      user(text("q2")),
    ],
    given: IN_PLACE,
    expected: [said("q"), { role: "assistant", content: "a" }, said("q2")],
  },
  {
    promise: "keeps system text that is never cleared",
    messages: [
      user(text("q")),
      system("S2", { clear_at: "never" }),
      assistant(text("a")),
      user(text("q2")),
    ],
    given: IN_PLACE,
    expected: [
      said("q"),
      { role: "developer", content: "S2" },
      { role: "assistant", content: "a" },
      said("q2"),
    ],
  },
  {
    promise: "sends no system message without text",
    messages: [user(text("q")), system(""), system([text("")])],
    given: IN_PLACE,
    expected: [said("q")],
  },
  {
    promise: "wraps no empty reminder",
    messages: [user(text("q")), system("")],
    expected: [said("q")],
  },
  {
    promise: "makes one message of two user messages in a row (R9)",
    messages: [user(text("a")), user(text("b"))],
    given: PARTS,
    expected: [{ role: "user", content: [text("a"), text("b")] }],
  },
  {
    promise: "makes one text of two user messages for strict templates (R9)",
    messages: [user(text("a")), { role: "user", content: "b" }],
    expected: [said("a\n\nb")],
  },
  {
    promise: "glues the model's text pieces without a seam (R11)",
    messages: [
      user(text("q")),
      assistant(text("a"), text("b")),
      user(text("c")),
    ],
    expected: [said("q"), { role: "assistant", content: "ab" }, said("c")],
  },
  {
    promise:
      "leaves out a turn of foreign thinking and joins its neighbours (R14)",
    messages: [
      user(text("a")),
      assistant({ type: "thinking", thinking: "hm", signature: "EqQB" }),
      user(text("b")),
    ],
    expected: [said("a\n\nb")],
  },
  {
    promise: "keeps a turn that would vanish between two of the model",
    messages: [
      user(text("q")),
      assistant(text("a")),
      user(text("")),
      assistant(text("b")),
      user(text("c")),
    ],
    expected: [
      said("q"),
      { role: "assistant", content: "a" },
      said("(empty)"),
      { role: "assistant", content: "b" },
      said("c"),
    ],
  },
];

for (const { promise, messages, given, expected } of ROWS) {
  Deno.test(`translateHistory() ${promise}`, () => {
    deepEqual(toMessages(messages, given), expected);
  });
}

Deno.test("translateHistory() keeps a user message whatever its unknown fields", () => {
  const cleared = { ...user(text("q")), clear_at: "next_user_message" };
  deepEqual(toMessages([cleared]), [said("q")]);
});

Deno.test("translateHistory() never sends a history that ends with the model", () => {
  for (const before of [[], [user(text("q")), assistant(text("a"))]]) {
    for (const content of ["", [], [{ type: "unheard_of" }]]) {
      const sent = toMessages([...before, { role: "user", content }]);
      equal(sent.at(-1)?.role, "user", JSON.stringify({ before, content }));
    }
  }
});

Deno.test("translateHistory() refuses prefill in the words its clients know (R47)", () => {
  throws(() => toMessages([user(text("q")), assistant(text("{"))]), {
    type: "invalid_request_error",
    status: 400,
    message:
      "This model does not support assistant message prefill. The conversation must end with a user message.",
  });
});

Deno.test("translateHistory() keeps a prefix's messages from turn to turn (R7)", () => {
  const first = [user(text("q")), system("S2")];
  const second = [...first, assistant(text("a")), user(text("q2"))];
  for (const given of [{}, IN_PLACE]) {
    const before = toMessages(first, given);
    const after = toMessages(second, given);
    equal(
      JSON.stringify(after.slice(0, before.length)),
      JSON.stringify(before),
    );
  }
});

Deno.test("translateHistory() replaces in older turns what the newest would be refused for", () => {
  const messages = [user(text("q"), pdf()), assistant(text("a"))];
  deepEqual(toMessages([...messages, user(text("go"))])[0], {
    role: "user",
    content: "q\n\n[document omitted: the model takes no PDFs]",
  });
  throws(() => toMessages([user(pdf())]), {
    message: "This model does not support PDF input",
  });
});
