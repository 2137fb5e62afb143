/**
 * What `ccproxy usage` asks the running proxy, and how it shows the answer.
 *
 * @module
 */
import { z } from "zod";
import { parseJson } from "../parse_json.ts";
import { VARIABLES } from "../config/variables.ts";

/** Where the proxy is, and what to ask. */
export interface UsageQuestion {
  host: string | undefined;
  port: string | undefined;
  /** Client keys, separated by commas. */
  keys: string | undefined;
  query: Record<string, string>;
}

/** Why there is no answer. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(
    message: string,
    /** Whether the question was wrong. */
    readonly isMistake: boolean,
  ) {
    super(message);
  }
}

const Row = z.object({
  hour: z.string().optional(),
  day: z.string().optional(),
  model: z.string().optional(),
  session: z.string().optional(),
  requests: z.number(),
  estimated_requests: z.number(),
  unpriced_requests: z.number(),
  input_tokens: z.number(),
  cache_read_input_tokens: z.number(),
  cache_creation_input_tokens: z.number(),
  output_tokens: z.number(),
  cost_usd: z.number(),
  saved_usd: z.number(),
});

const Answer = z.object({
  by: z.enum(["hour", "day", "model", "session"]),
  data: z.array(Row),
  total: Row,
});

const Failure = z.object({ error: z.object({ message: z.string() }) });

type Row = z.infer<typeof Row>;

const BAR_CELLS = 20;

/**
 * Asks the running proxy.
 *
 * @returns JSON.
 * @throws {UsageError}
 */
export async function askUsage(
  { host, port, keys, query }: UsageQuestion,
  { fetch: ask }: { fetch: typeof fetch },
): Promise<string> {
  const url = `http://${toName(host)}:${port ?? VARIABLES.PORT.default}`;
  const [key] = keys?.split(",") ?? [];
  const parameters = new URLSearchParams(query);
  let response, text;
  try {
    response = await ask(`${url}/v1/usage?${parameters}`, {
      headers: key ? { "x-api-key": key.trim() } : {},
    });
    text = await response.text();
  } catch {
    throw new UsageError(
      `No proxy answers at ${url}; start it with \`ccproxy serve\`, or set HOST and PORT to where it is`,
      false,
    );
  }
  if (response.ok) return text;
  const { data } = Failure.safeParse(parseJson(text));
  const why = data?.error.message ?? `${url} answered ${response.status}`;
  throw new UsageError(why, response.status === 400);
}

/**
 * A table with a bar for each row's share of the cost or, if nothing was paid,
 * of the requests.
 *
 * @throws {UsageError} if the answer is not from ccproxy.
 */
export function describeUsage(text: string): string {
  const { data: answer } = Answer.safeParse(parseJson(text));
  if (!answer) throw new UsageError("What answers there is no ccproxy", false);
  const { by, data, total } = answer;
  if (data.length === 0) return "Nothing was used in that time.\n";
  const sizeOf = (row: Row) => total.cost_usd > 0 ? row.cost_usd : row.requests;
  const largest = Math.max(...data.map(sizeOf));
  const rows = [
    [by, "requests", "input", "output", "cost $", "saved $", ""],
    ...data.map((row) => [
      ...cellsOf(row[by] ?? "", row),
      "█".repeat(Math.ceil(sizeOf(row) / largest * BAR_CELLS)),
    ]),
    [...cellsOf("total", total), ""],
  ];
  return `${[...alignColumns(rows), ...footnotes(total)].join("\n")}\n`;
}

function cellsOf(name: string, row: Row): string[] {
  const input = row.input_tokens + row.cache_read_input_tokens +
    row.cache_creation_input_tokens;
  return [
    printable(name),
    String(row.requests),
    String(input),
    String(row.output_tokens),
    row.cost_usd.toFixed(4),
    row.saved_usd.toFixed(4),
  ];
}

function alignColumns(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      const isText = column === 0 || column === row.length - 1;
      return isText ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  );
}

function footnotes(total: Row): string[] {
  const { estimated_requests: estimated, unpriced_requests: unpriced } = total;
  return [
    ...(estimated > 0
      ? [`Tokens of ${estimated} requests are estimates: they ended early.`]
      : []),
    ...(unpriced > 0
      ? [`Of ${unpriced} requests no price is known: they count as nothing.`]
      : []),
  ];
}

/** Session names come from clients; a terminal must not obey them. */
function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 60);
}

/** How to reach a server that listens on all addresses. */
function toName(host: string = VARIABLES.HOST.default): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
