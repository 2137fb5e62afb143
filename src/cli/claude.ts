/**
 * The variables `ccproxy claude` gives Claude Code, and how it finds a proxy.
 *
 * @module
 */
import { z } from "zod";
import { hostOf } from "../host_of.ts";
import { parseJson } from "../parse_json.ts";
import { type Environment, VARIABLES } from "../config/variables.ts";

/** A proxy to use. */
export interface ProxyAccess {
  /** Base URL, e.g. `http://127.0.0.1:11434`. */
  url: string;
  /** A client key; absent: none is required. */
  key?: string | undefined;
  fetch: typeof fetch;
}

/** How long another program has to identify itself. */
const PATIENCE_MS = 2_000;

/** Listening addresses nobody can connect to, and which one to use instead. */
const ANYWHERE: Readonly<Record<string, string>> = {
  "0.0.0.0": "127.0.0.1",
  "::": "::1",
};

/** Where a proxy with these settings is reached. */
export function proxyUrl({ HOST, PORT }: Environment): string {
  const given = HOST ?? VARIABLES.HOST.default;
  const host = ANYWHERE[given] ?? given;
  const port = PORT ?? VARIABLES.PORT.default;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Who answers there: a ccproxy, another program, or nobody. */
export async function whoAnswers(
  { url, fetch }: ProxyAccess,
): Promise<"ccproxy" | "another" | "nobody"> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, { signal, redirect: "manual" });
    const answer = Greeting.safeParse(parseJson(await response.text()));
    return answer.success ? "ccproxy" : "another";
  } catch (error) {
    const isRefused = error instanceof TypeError;
    return isRefused ? "nobody" : "another";
  }
}

const Greeting = z.object({ name: z.literal("ccproxy") });

/** Claude Code's families of models, each with a variable for its name. */
const FAMILIES = ["OPUS", "SONNET", "FABLE", "HAIKU"] as const;

/** Variables with which users set Claude Code's models. */
export const MODEL_VARIABLES = [
  "ANTHROPIC_MODEL",
  "CLAUDE_CODE_MAX_CONTEXT_TOKENS",
  ...FAMILIES.map((family) => `ANTHROPIC_DEFAULT_${family}_MODEL`),
];

const Page = z.object({ data: z.array(z.object({ id: z.string() })) });
const Model = z.object({
  display_name: z.string(),
  max_input_tokens: z.number().nullable(),
});

/**
 * Names and window of the models behind a proxy, as Claude Code's variables.
 *
 * It takes every model named `claude-…` for Anthropic's, whose window it
 * assumes; a window can be set only for other names. It is not set if naming
 * the model would lose something: fallbacks, models for longer prompts, an
 * unknown window.
 */
export async function modelVariables(
  access: ProxyAccess,
): Promise<Record<string, string>> {
  const page = Page.safeParse(await ask(access, "/v1/models"));
  const models = await Promise.all(
    FAMILIES.map(async (family) =>
      Model.safeParse(
        await ask(access, `/v1/models/claude-${family.toLowerCase()}`),
      ).data
    ),
  );
  const names = models.map((model) => `anthropic/${model?.display_name}`);
  const areAll = page.data?.data.every(({ id }) => names.includes(id));
  if (!areAll) return {};
  // Haiku does small tasks; its window need not hold the conversation.
  const windows = models.slice(0, -1)
    .map((model) => model?.max_input_tokens ?? null)
    .filter((tokens) => tokens !== null);
  if (windows.length < FAMILIES.length - 1) return {};
  return {
    ...Object.fromEntries(
      FAMILIES.map((family, i) => [
        `ANTHROPIC_DEFAULT_${family}_MODEL`,
        names[i] ?? "",
      ]),
    ),
    CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(Math.min(...windows)),
  };
}

async function ask(
  { url, key, fetch }: ProxyAccess,
  path: string,
): Promise<unknown> {
  const headers = key ? { "x-api-key": key } : undefined;
  const response = await fetch(`${url}${path}`, headers ? { headers } : {});
  return parseJson(await response.text());
}

/**
 * Variables for Claude Code: the proxy, and nothing that would bypass it.
 *
 * A token, since Claude Code asks its user about an unknown API key; an empty
 * variable counts as not set.
 *
 * @param given.noProxy Hosts its user reaches without a proxy.
 */
export function childVariables(
  { url, key }: Pick<ProxyAccess, "url" | "key">,
  { noProxy }: { noProxy: string | undefined },
): Record<string, string> {
  const direct = [noProxy, hostOf(url)].filter(Boolean).join(",");
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: key ?? "ccproxy",
    ANTHROPIC_API_KEY: "",
    CLAUDE_CODE_USE_BEDROCK: "",
    CLAUDE_CODE_USE_VERTEX: "",
    CLAUDE_CODE_USE_FOUNDRY: "",
    NO_PROXY: direct,
    no_proxy: direct,
  };
}

/** What to do if there is no Claude Code. */
export const CLAUDE_CODE_MISSING =
  `ccproxy cannot run Claude Code: there is no \`claude\` on your PATH
Install it with \`npm install -g @anthropic-ai/claude-code\`, then try again.
`;

/** … and if the program may not run it. */
export const CLAUDE_CODE_FORBIDDEN =
  `ccproxy may not run Claude Code: it needs the permission --allow-run=claude
From a checkout, use \`deno task claude\`.
`;
