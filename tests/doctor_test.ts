/**
 * `ccproxy doctor`: what it finds at upstreams of all kinds, and as a process.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { fileURLToPath } from "node:url";
import denoJson from "../deno.json" with { type: "json" };
import {
  examine,
  type Finding,
  findingsTable,
  isWell,
  REQUESTS_PER_MODEL,
} from "../src/cli/doctor.ts";
import type { Exchange } from "../src/demo/exchange.ts";
import { openaiError, refusal, type Reply } from "../src/demo/replies.ts";
import { serveDemoUpstream } from "../src/demo/serve.ts";
import { VARIABLES } from "../src/config/variables.ts";
import { type Proxy, startProxy } from "./support.ts";

/** Blank counts as not set, and overrides the shell and `.env`. */
const UNSET = Object.fromEntries(
  Object.keys(VARIABLES).map((name) => [name, ""]),
);

function patientAt(proxy: Proxy, contextTokens: number | null = null) {
  const [upstream] = proxy.config.upstreams;
  return { upstream: upstream?.name ?? "", model: "big-model", contextTokens };
}

function look(proxy: Proxy, write: (text: string) => void = () => {}) {
  return examine(patientAt(proxy), { url: proxy.url, fetch, write });
}

/** Each check with its outcome: `tools works`. */
function outcomes({ checks }: Finding): string[] {
  return checks.map(({ name, outcome }) => `${name} ${outcome}`);
}

function noteOf({ checks }: Finding, name: string): string | undefined {
  return checks.find((check) => check.name === name)?.note;
}

function holds(exchange: Exchange, text: string): boolean {
  return exchange.bodyText.includes(text);
}

function refuse(message: string, status = 400): Reply {
  return refusal(status, openaiError(message));
}

Deno.test("doctor finds what works, and tells while it looks", async () => {
  await using proxy = startProxy();
  let said = "";
  const finding = await look(proxy, (text) => said += text);
  deepEqual(outcomes(finding), [
    "answers works",
    "stream works",
    "tools works",
    "parallel tools works",
    "images unsure", // the demo's model cannot see
    "structured output works",
    "reasoning instead",
    "context window unsure",
  ]);
  equal(proxy.upstream.exchanges.length, REQUESTS_PER_MODEL);
  match(said, /^127.0.0.1\/big-model: answers … works\n/);
  equal(isWell([finding]), true);
});

Deno.test("doctor says what ccproxy does instead, lessons learned included", async () => {
  await using proxy = startProxy({
    script(exchange) {
      if (holds(exchange, "image_url")) {
        return refuse("This model does not support image input.");
      }
    },
  });
  const finding = await look(proxy);
  equal(noteOf(finding, "images"), "image left out: the model takes none");
  equal(isWell([finding]), true);
});

Deno.test("doctor asks no further where a model gives no answer, and shows no key", async () => {
  await using proxy = startProxy({
    environment: { OPENAI_API_KEY: "sk-secret-12345678" },
    script: () =>
      refuse("Incorrect API key provided: sk-secret-12345678.", 401),
  });
  const finding = await look(proxy);
  deepEqual(outcomes(finding), ["answers fails", "context window unsure"]);
  equal(proxy.upstream.exchanges.length, 1);
  equal(isWell([finding]), false);
  const table = findingsTable([finding]);
  match(table, /big-model +answers +FAILS +.*key/i);
  equal(table.includes("12345678"), false);
});

Deno.test("doctor fails what the upstream refuses or breaks off", async () => {
  await using proxy = startProxy({
    retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
    script(exchange) {
      if (holds(exchange, "json_schema")) return refuse("No schemas here.");
      if (holds(exchange, "Count from 1")) return refuse("Not today.");
    },
  });
  const finding = await look(proxy);
  match(noteOf(finding, "structured output") ?? "", /No schemas here/);
  match(noteOf(finding, "stream") ?? "", /Not today/);
  equal(isWell([finding]), false);
});

Deno.test("ccproxy doctor prints JSON for programs, and ends with 0 or 1", async () => {
  let isBroken = false;
  await using served = serveDemoUpstream({
    script: () => isBroken ? refuse("Out of order.") : undefined,
  });
  const run = async (...args: string[]) => {
    const [, ...command] = denoJson.tasks.start.command.split(" ");
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...command, "doctor", ...args],
      cwd: fileURLToPath(new URL("../", import.meta.url)),
      env: {
        ...UNSET,
        OPENAI_BASE_URL: served.baseUrl,
        OPENAI_API_KEY: "sesame-open-up",
        CCPROXY_API_KEY: "of-clients",
        RATE_LIMIT_ENABLED: "true",
        RATE_LIMIT_PER_MINUTE: "1",
        RATE_LIMIT_BURST: "1",
        BIG_MODEL_NAME: "gpt-4.1",
        SMALL_MODEL_NAME: "small",
        CCPROXY_DATA_DIR: ":memory:",
      },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    );
    return { code, out: out ?? "", err: err ?? "" };
  };
  const well = await run("--json");
  equal(well.code, 0, well.err);
  match(well.err, /^14 small requests, 7 to a model:\n/);
  const findings: Finding[] = JSON.parse(well.out);
  deepEqual(findings.map(({ model }) => model), ["gpt-4.1", "small"]);
  equal(`${well.out}${well.err}`.includes("sesame"), false);

  isBroken = true;
  const ill = await run();
  equal(ill.code, 1);
  match(ill.out, /gpt-4.1 +answers +FAILS +.*Out of order/);
});
