import { rejects, strictEqual as equal, throws } from "node:assert";
import { askUsage, describeUsage, UsageError } from "./usage.ts";

const NOTHING = {
  requests: 0,
  estimated_requests: 0,
  unpriced_requests: 0,
  input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  output_tokens: 0,
  cost_usd: 0,
  saved_usd: 0,
};

function told(rows: Partial<typeof NOTHING & { model: string }>[]): string {
  const data = rows.map((row) => ({ ...NOTHING, ...row }));
  const total = { ...NOTHING, requests: 3, cost_usd: 0.75, saved_usd: 1.25 };
  return JSON.stringify({
    by: "model",
    data,
    total: { ...total, estimated_requests: 1, unpriced_requests: 2 },
  });
}

Deno.test("describeUsage() shows a table with bars and what is uncertain", () => {
  const text = told([
    { model: "up/gpt-5", requests: 2, input_tokens: 12, cost_usd: 0.5 },
    { model: "up/\x1b[2Jx", requests: 1, saved_usd: 1.25, cost_usd: 0.25 },
  ]);
  equal(
    describeUsage(text),
    `model     requests  input  output  cost $  saved $
up/gpt-5         2     12       0  0.5000   0.0000  ${"█".repeat(20)}
up/?[2Jx         1      0       0  0.2500   1.2500  ${"█".repeat(10)}
total            3      0       0  0.7500   1.2500
Tokens of 1 requests are estimates: they ended early.
Of 2 requests no price is known: they count as nothing.
`,
  );
});

Deno.test("describeUsage() says where nothing was used, or who answers", () => {
  equal(describeUsage(told([])), "Nothing was used in that time.\n");
  throws(() => describeUsage("Ollama is running"), /no ccproxy/);
});

const PLACE = { host: "0.0.0.0", port: "1", keys: "a, b", query: { by: "x" } };

Deno.test("askUsage() asks where the proxy listens, with a key", async () => {
  const text = await askUsage(PLACE, {
    fetch: (url, init) => {
      const { headers } = new Request(String(url), init);
      const key = headers.get("x-api-key");
      return Promise.resolve(new Response(`${String(url)} ${key}`));
    },
  });
  equal(text, "http://127.0.0.1:1/v1/usage?by=x a");
});

Deno.test("askUsage() says why there is no answer", async () => {
  await rejects(
    askUsage(PLACE, { fetch: () => Promise.reject(new TypeError("refused")) }),
    /^UsageError: No proxy answers at http:\/\/127\.0\.0\.1:1; start it/,
  );
  const body = { error: { message: "by: expected …" } };
  const answer = () => Promise.resolve(Response.json(body, { status: 400 }));
  await rejects(
    askUsage(PLACE, { fetch: answer }),
    (error) =>
      error instanceof UsageError && error.isMistake &&
      error.message === "by: expected …",
  );
});
