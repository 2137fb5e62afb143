/**
 * The APIs the embedded upstream speaks: how each parses a request, and how it
 * writes what a script or the simulated model says.
 *
 * @module
 */
import type { ChatRequest } from "../openai/chat.ts";
import type { OutputItem } from "./responses/draft.ts";
import type { Stamp } from "./responses/envelope.ts";
import { toChatRequest } from "./responses/reading.ts";
import { checkReasoning } from "./responses/reasoning_rules.ts";
import { toResponsesReply } from "./responses/reply.ts";
import {
  parseResponsesRequest,
  type ResponsesRequest,
} from "./responses/request.ts";
import { parseChatRequest } from "./request.ts";
import type { Reply } from "./replies.ts";
import { refusesTools } from "./known_models.ts";
import { BadRequest } from "./bad_request.ts";

/** How requests are parsed. */
export interface ReadOptions {
  /** Whether requests that OpenAI refuses are refused. */
  refuses: boolean;
  /** The organization whose keys encrypt reasoning. */
  organization: string;
}

/** A parsed request. */
export interface Asked {
  /** The request as Chat Completions, whichever API it came through. */
  body: ChatRequest;
  /** Translates a reply to the API of the request. */
  speak: (reply: Reply, stamp: Stamp) => Spoken;
}

/** A reply in the format of an API. */
export interface Spoken {
  reply: Reply;
  /** Complete output items, in the Responses API. */
  output: readonly OutputItem[];
}

/** The two APIs by the end of their paths. */
export const APIS = {
  "chat/completions": readChat,
  responses: readResponses,
} as const;

/** Name of an API. */
export type ApiPath = keyof typeof APIS;

function readChat(bodyText: string, { refuses }: ReadOptions): Asked {
  const body = refuses ? parseChatRequest(bodyText) : JSON.parse(bodyText);
  if (refuses) checkModel(body);
  return { body, speak: (reply) => ({ reply, output: [] }) };
}

function checkModel({ model, tools, reasoning_effort }: ChatRequest): void {
  if (!tools || !refusesTools(model, reasoning_effort)) return;
  throw new BadRequest(
    `Function tools with reasoning_effort are not supported for ${model} in ` +
      "/v1/chat/completions. To use function tools, use /v1/responses or set " +
      "reasoning_effort to 'none'.",
    { param: "reasoning_effort" },
  );
}

function readResponses(
  bodyText: string,
  { refuses, organization }: ReadOptions,
): Asked {
  const request: ResponsesRequest = refuses
    ? parseResponsesRequest(bodyText)
    : JSON.parse(bodyText);
  if (refuses && typeof request.input !== "string") {
    checkReasoning(request.input, organization);
  }
  return {
    body: toChatRequest(request),
    speak: (reply, stamp) =>
      toResponsesReply(reply, { request, stamp, organization }),
  };
}
