/**
 * What `ccproxy doctor` does: tries every model through a proxy, and reports
 * what works and what ccproxy does instead.
 *
 * @module
 */
import { z } from "zod";
import type { TargetName } from "../models/model_rows.ts";
import { parseJson } from "../parse_json.ts";
import { type Check, CHECKS, type Verdict } from "./doctor_checks.ts";
import { toTable } from "./table.ts";

/** A model to try. */
export interface Patient extends TargetName {
  /** Context window in tokens; `null`: unknown. */
  contextTokens: number | null;
}

/** How the checks of a model ended, by name. */
export interface Finding extends TargetName {
  checks: ({ name: string } & Verdict)[];
}

/** What {@linkcode examine} depends on. */
export interface DoctorDeps {
  /** Base URL of a proxy that requires no key. */
  url: string;
  fetch: typeof fetch;
  /** Prints progress. */
  write: (text: string) => void;
}

/** How many requests are made per model. */
export const REQUESTS_PER_MODEL = CHECKS.length;

const SIGNS: Record<Verdict["outcome"], string> = {
  works: "works",
  instead: "instead",
  unsure: "unsure",
  fails: "FAILS",
};

/** Each model once, however many names lead to it. */
export function toPatients(facts: readonly Patient[]): Patient[] {
  const byPath = new Map(
    facts.map(({ upstream, model, contextTokens }) => [
      `${upstream}/${model}`,
      { upstream, model, contextTokens },
    ]),
  );
  return [...byPath.values()];
}

/** Makes a model's checks one at a time: what one teaches, the next uses. */
export async function examine(
  patient: Patient,
  deps: DoctorDeps,
): Promise<Finding> {
  const { upstream, model } = patient;
  const checks: Finding["checks"] = [];
  for (const check of CHECKS) {
    deps.write(`${upstream}/${model}: ${check.name} … `);
    const verdict = await make(check, patient, deps);
    deps.write(`${SIGNS[verdict.outcome]}\n`);
    checks.push({ name: check.name, ...verdict });
    // The others would fail in the same way, and some would cost money.
    if (check === CHECKS[0] && verdict.outcome === "fails") break;
  }
  const window = { name: "context window", ...judgeWindow(patient) };
  return { upstream, model, checks: [...checks, window] };
}

const Refusal = z.object({ error: z.object({ message: z.string() }) });

async function make(
  { request, judge }: Check,
  { upstream, model }: Patient,
  { url, fetch }: Pick<DoctorDeps, "url" | "fetch">,
): Promise<Verdict> {
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...request, model: `${upstream}/${model}` }),
  });
  const body = await response.text();
  if (!response.ok) {
    const { data } = Refusal.safeParse(parseJson(body));
    const note = data?.error.message ?? `status ${response.status}`;
    return { outcome: "fails", note };
  }
  const notice = response.headers.get("x-ccproxy-notice");
  const verdict = judge(body);
  if (notice === null || verdict.outcome === "fails") return verdict;
  return { outcome: "instead", note: notice };
}

function judgeWindow({ contextTokens }: Patient): Verdict {
  return contextTokens === null
    ? {
      outcome: "unsure",
      note: "not in the catalogue: set CLAUDE_CODE_MAX_CONTEXT_TOKENS",
    }
    : {
      outcome: "works",
      note: `${contextTokens.toLocaleString("en")} tokens`,
    };
}

/** Whether nothing fails. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ checks }) =>
    checks.every(({ outcome }) => outcome !== "fails")
  );
}

/** The findings as a table, with a summary. */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ upstream, model, checks }) =>
    checks.map(({ name, outcome, note }, i) => [
      i === 0 ? `${upstream}/${model}` : "",
      name,
      SIGNS[outcome],
      note,
    ])
  );
  const conclusion = isWell(findings)
    ? "All models can be used.\n"
    : "Something fails; see above.\n";
  return `${toTable(["model", "what", "", ""], rows)}\n${conclusion}`;
}
