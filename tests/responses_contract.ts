/**
 * Checks our hand-written types of the Responses API against the SDK's own;
 * `deno check` does it, there is nothing to run.
 *
 * @module
 */
import type * as Sdk from "openai/resources/responses/responses";
import type { z } from "zod";
import type {
  InputItem,
  InputPart,
  ResponsesRequest,
} from "../src/openai/responses.ts";
import type {
  OutputItem,
  ResponseBody,
  ResponsesEvent,
} from "../src/openai/responses_events.ts";

/** Does not compile unless `Ours` is assignable to `Theirs`. */
type Fits<Ours extends Theirs, Theirs> = Ours;

/** Every request we can make is one the SDK could send. */
export type Requests = [
  Fits<
    ResponsesRequest & { stream: true },
    Sdk.ResponseCreateParamsStreaming
  >,
  Fits<
    ResponsesRequest & { stream: false },
    Sdk.ResponseCreateParamsNonStreaming
  >,
  Fits<InputItem, Sdk.ResponseInputItem>,
  Fits<InputPart, Sdk.ResponseInputContent>,
  Fits<InputPart, Sdk.ResponseFunctionCallOutputItem>,
  Fits<keyof ResponsesRequest, keyof Sdk.ResponseCreateParamsStreaming>,
];

/** The same without names, which hide from TypeScript that it is loose. */
type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[]
  : T extends object ? { [Key in keyof T]: Plain<T[Key]> }
  : T;

/** Each member of a union without its items, responses and unnamed fields. */
type Parts<T> = T extends unknown ? {
    [
      Key in keyof T as string extends Key ? never
        : Exclude<Key, "item" | "response">
    ]: T[Key];
  }
  : never;

type Events = z.input<typeof ResponsesEvent>;
type Theirs = Extract<Sdk.ResponseStreamEvent, { type: Events["type"] }>;

/** The schemas accept what the API sends under the names we read. */
export type Answers = [
  Fits<Parts<Plain<Theirs>>, Parts<Events>>,
  Fits<Events["type"], Theirs["type"]>,
  Fits<Plain<Sdk.ResponseOutputMessage>, z.input<typeof OutputItem>>,
  Fits<Plain<Sdk.ResponseReasoningItem>, z.input<typeof OutputItem>>,
  Fits<Plain<Sdk.ResponseFunctionToolCall>, z.input<typeof OutputItem>>,
  Fits<Plain<Sdk.ResponseFunctionWebSearch>, z.input<typeof OutputItem>>,
  Fits<Plain<Omit<Sdk.Response, "output">>, z.input<typeof ResponseBody>>,
];
