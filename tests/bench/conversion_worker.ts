/** Translates the part of a conversation it is sent, in a thread of its own. */
import type { InputMessage } from "../../src/anthropic/request.ts";
import { convert } from "./convert.ts";

/** What the worker's global scope offers. */
declare const self: {
  onmessage: (event: MessageEvent<InputMessage[]>) => void;
  postMessage: (message: unknown) => void;
};

self.onmessage = ({ data }) => self.postMessage(convert(data));
self.postMessage("ready");
