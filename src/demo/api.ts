/**
 * The APIs the embedded upstream speaks: how each reads a request, and how it
 * writes what a script or the pretend model says.
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

/** How requests are read. */
export interface ReadOptions {
  /** Whether requests are refused that OpenAI refuses. */
  refuses: boolean;
  /** Whose keys reasoning is sealed with. */
  organization: string;
}

/** A request that was read. */
export interface Asked {
  /** The request in the words of Chat Completions, whichever API it came by. */
  body: ChatRequest;
  /** Puts a reply into the words of the API it was asked by. */
  speak: (reply: Reply, stamp: Stamp) => Spoken;
}

/** A reply in the words of an API. */
export interface Spoken {
  reply: Reply;
  /** Items given whole, on Responses. */
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
