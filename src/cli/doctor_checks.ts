/**
 * What `ccproxy doctor` asks a model, and how it judges the answers.
 *
 * @module
 */
import { z } from "zod";
import { parseJson } from "../parse_json.ts";

/** How a check ended. */
export interface Verdict {
  /**
   * It works; ccproxy does something else instead; the model may or may not
   * have it; it fails.
   */
  outcome: "works" | "instead" | "unsure" | "fails";
  /** A remark for people; may be empty. */
  note: string;
}

/** A small request and what its answer shows. */
export interface Check {
  name: string;
  /** Fields of a Messages request besides its model. */
  request: Record<string, unknown>;
  /** @param body Of an answer with status 200. */
  judge: (body: string) => Verdict;
}

/** Reasoning models spend tokens before their first word. */
const MAX_TOKENS = 2_048;

/** 64 by 64 pixels, all red. */
const RED =
  "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PQQkAAAgAsetfWiP4FgYrsKZeS0BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEDgsqnc8OJg6Ln3AAAAAElFTkSuQmCC";

const SHELL = {
  name: "shell",
  description: "Runs a shell command and gives its output.",
  input_schema: {
    type: "object",
    properties: { command: { type: "string" } },
    required: ["command"],
    additionalProperties: false,
  },
};

const Message = z.object({
  content: z.array(z.looseObject({
    type: z.string(),
    text: z.string().optional(),
    input: z.unknown().optional(),
  })),
});

const ShellInput = z.object({ command: z.string() });
const Capital = z.object({ capital: z.string() });

/** Every check; the first is the one the others depend on. */
export const CHECKS: readonly Check[] = [
  {
    name: "answers",
    request: ask("Say OK."),
    judge: (body) =>
      textOf(body) === "" ? fails("the answer has no text") : works(),
  },
  {
    name: "stream",
    request: { ...ask("Count from 1 to 20 in words."), stream: true },
    judge(body) {
      const pieces = body.split("event: content_block_delta\n").length - 1;
      if (!body.includes("event: message_stop\n")) {
        return fails(/"message":"([^"]*)"/.exec(body)?.[1] ?? "it breaks off");
      }
      return pieces > 1 ? works(`${pieces} pieces`) : instead("in one piece");
    },
  },
  {
    name: "tools",
    request: {
      ...ask("Run `date`."),
      tools: [SHELL],
      tool_choice: { type: "any" },
    },
    judge: (body) =>
      countCalls(body) > 0 ? works() : fails("it does not call the tool"),
  },
  {
    name: "parallel tools",
    request: {
      ...ask("Run `date` and run `pwd`, both at once, with two tool calls."),
      tools: [SHELL],
    },
    judge(body) {
      const count = countCalls(body);
      if (count > 1) return works();
      if (count === 1) return instead("one call after the other");
      return unsure("it has called no tool");
    },
  },
  {
    name: "images",
    request: ask([
      {
        type: "image",
        source: { type: "base64", media_type: "image/png", data: RED },
      },
      { type: "text", text: "Which colour is this? Answer in one word." },
    ]),
    judge: (body) =>
      /\bred\b/i.test(textOf(body))
        ? works()
        : unsure("taken, but it does not see that the image is red"),
  },
  {
    name: "structured output",
    request: {
      ...ask("What is the capital of France?"),
      output_config: {
        format: {
          type: "json_schema",
          schema: {
            type: "object",
            properties: { capital: { type: "string" } },
            required: ["capital"],
            additionalProperties: false,
          },
        },
      },
    },
    judge: (body) =>
      Capital.safeParse(parseJson(textOf(body))).success
        ? works()
        : fails("the answer is not what the schema says"),
  },
  {
    name: "reasoning",
    request: {
      ...ask("Is 2027 a prime number?"),
      thinking: { type: "adaptive" },
      output_config: { effort: "medium" },
    },
    judge: (body) =>
      contentOf(body).some(({ type }) => type === "thinking")
        ? works()
        : instead("it answers, and shows no reasoning"),
  },
];

function ask(content: unknown): Record<string, unknown> {
  return { max_tokens: MAX_TOKENS, messages: [{ role: "user", content }] };
}

function contentOf(body: string): z.infer<typeof Message>["content"] {
  return Message.safeParse(parseJson(body)).data?.content ?? [];
}

function textOf(body: string): string {
  return contentOf(body).map(({ text = "" }) => text).join("").trim();
}

/** Number of tool calls whose input matches the schema. */
function countCalls(body: string): number {
  return contentOf(body)
    .filter(({ type }) => type === "tool_use")
    .filter(({ input }) => ShellInput.safeParse(input).success).length;
}

function works(note = ""): Verdict {
  return { outcome: "works", note };
}

function instead(note: string): Verdict {
  return { outcome: "instead", note };
}

function unsure(note: string): Verdict {
  return { outcome: "unsure", note };
}

function fails(note: string): Verdict {
  return { outcome: "fails", note };
}
