/**
 * What `ccproxy demo` shows: one real request through the proxy's own port,
 * then how to continue.
 *
 * @module
 */

/** What the demo depends on. */
export interface DemoDeps {
  /** Where the proxy listens, e.g. `http://127.0.0.1:11434`. */
  url: string;
  fetch: typeof fetch;
  write: (text: string) => void;
}

const REQUEST = {
  model: "claude-sonnet-5",
  max_tokens: 1024,
  stream: true,
  thinking: { type: "adaptive" },
  output_config: { effort: "low" },
  messages: [{
    role: "user",
    content: "Say hello, and what you are, in two sentences.",
  }],
};

/** The configuration of a proxy in front of the embedded upstream. */
export function demoConfig(url: string, api: "chat" | "responses"): string {
  return JSON.stringify({
    upstreams: { demo: { url, api } },
    models: [
      { match: "*haiku*", to: ["demo/demo-small"] },
      { match: "*", to: ["demo/demo-large"] },
    ],
  });
}

/** Asks the proxy once and prints the event stream as it arrives. */
export async function showDemo({ url, fetch, write }: DemoDeps): Promise<void> {
  const body = JSON.stringify(REQUEST);
  write(`A request to the Messages API:\n\n  POST ${url}/v1/messages\n`);
  write(`  ${body}\n\nand the answer, translated as it arrives:\n\n`);
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "any" },
    body,
  });
  if (!response.ok || !response.body) {
    throw new Error(`The demo's own request failed: ${await response.text()}`);
  }
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    write(text.replaceAll(/^(?=.)/gm, "  "));
  }
  write(nextSteps(url));
}

function nextSteps(url: string): string {
  return `The proxy goes on serving at ${url}. Try it from another terminal:

  curl ${url}/v1/messages -H 'content-type: application/json' -d '{
    "model": "claude-sonnet-5", "max_tokens": 200,
    "messages": [{"role": "user", "content": "Hello"}]}'

Or with Claude Code (npm install -g @anthropic-ai/claude-code):

  ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=any claude -p 'run \`echo hello\`' --allowedTools Bash

The demo's model is pretended: it writes prose, reasons, and calls tools when
told to "run ..." or "read ...". Ctrl+C ends it.
`;
}
