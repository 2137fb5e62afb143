/** Translates the part of a conversation it is sent, in a thread of its own. */
import type { InputMessage } from "../../src/anthropic/request.ts";
import { openai } from "../../src/dialects/openai.ts";
import { toTarget } from "../../src/models/select_target.ts";
import { translateHistory } from "../../src/translate/history.ts";
import { Notices } from "../../src/translate/notices.ts";

/** What the worker's global scope offers. */
declare const self: {
  onmessage: (event: MessageEvent<InputMessage[]>) => void;
  postMessage: (message: unknown) => void;
};

const upstream = {
  name: "bench",
  url: "",
  keys: [],
  api: "chat" as const,
  dialect: openai,
};
const { capabilities } = toTarget(upstream, "gpt-5");

self.onmessage = ({ data }) => {
  self.postMessage(translateHistory(data, {
    capabilities,
    origin: { dialect: openai.name, model: "gpt-5" },
    notices: new Notices(),
  }));
};
self.postMessage("ready");
