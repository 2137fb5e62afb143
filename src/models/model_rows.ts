/**
 * Which models answer for the one a client names: a table of rows, the first
 * that matches wins.
 *
 * @module
 */
import { lookUpModel } from "./catalogue.ts";
import { matchesGlob } from "./glob.ts";

/** A model and the upstream it is at, by their names. */
export interface TargetName {
  upstream: string;
  model: string;
}

/** Whether two names are of the same target. */
export function sameTarget(a: TargetName, b: TargetName): boolean {
  return a.upstream === b.upstream && a.model === b.model;
}

/** Who answers for the names a pattern matches. */
export interface ModelRow {
  /** Names this row is for, see {@linkcode matchesGlob}; `*`: all others. */
  match: string;
  /** The one to ask, then those that stand in for it; at least one. */
  to: readonly TargetName[];
  /** Who answers instead where the prompt is longer, longest first. */
  longer: readonly LongerPrompts[];
}

/** Who answers prompts over a length. */
export interface LongerPrompts {
  /** The prompt's estimate, in tokens, has to be over this. */
  overTokens: number;
  to: readonly TargetName[];
}

/** All that can be asked. */
export interface ModelTable {
  /** Names of all upstreams. */
  upstreams: readonly string[];
  /** First match wins. */
  rows: readonly ModelRow[];
}

/** Matches every name. */
export const EVERY_NAME = "*";

/**
 * Chooses who answers, first the one to ask.
 *
 * The prefix `anthropic/`, under which `/v1/models` lists models so that Claude
 * Code shows them, and the suffix `[1m]` are left out. `upstream/model` is taken
 * at its word, and so is a model's own name, unless a row has a word on it: a
 * model that rows name is asked where they name it, one that the catalogue
 * knows where the row for all other names goes.
 *
 * @param inputTokens Estimate of the prompt.
 * @returns None where no row matches.
 */
export function selectTargets(
  asked: string,
  { upstreams, rows, inputTokens }: ModelTable & { inputTokens: number },
): readonly TargetName[] {
  const full = asked.replace(/\[1m\]$/i, "");
  const name = full.replace(/^anthropic\//, "");
  for (const path of [full, name]) {
    const target = toTargetName(path);
    if (target && upstreams.includes(target.upstream)) return [target];
  }
  const row = rows.find(({ match }) => matchesGlob(match, name));
  if (row?.match === EVERY_NAME || !row) {
    const named = namedTargets(rows).find(({ model }) => model === name);
    if (named) return [named];
    const [first] = row?.to ?? [];
    if (first && lookUpModel(name)) return [{ ...first, model: name }];
  }
  if (!row) return [];
  const longer = row.longer.find(({ overTokens }) => inputTokens > overTokens);
  return (longer ?? row).to;
}

/** Reads `upstream/model`; a model's name may have slashes itself. */
export function toTargetName(path: string): TargetName | null {
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1) return null;
  return { upstream: path.slice(0, slash), model: path.slice(slash + 1) };
}

/**
 * Names that clients can be offered, each once: those that rows have word for
 * word, and the rows' models, as `upstream/model` where there are several
 * upstreams.
 */
export function namesToOffer({ upstreams, rows }: ModelTable): string[] {
  const isAlone = upstreams.length === 1;
  const aliases = rows
    .filter(({ match, to }) => !match.includes("*") && match !== to[0]?.model)
    .map(({ match }) => match);
  const models = namedTargets(rows).map(({ upstream, model }) =>
    isAlone ? model : `${upstream}/${model}`
  );
  return [...new Set([...aliases, ...models])];
}

/** Every target that rows name, in their order. */
function namedTargets(rows: readonly ModelRow[]): TargetName[] {
  return rows.flatMap(({ to, longer }) => [
    ...to,
    ...longer.flatMap(({ to }) => to),
  ]);
}

/**
 * The rows that two model names of one upstream stand for: Haiku is the small
 * model, every other name the big one, and either can be asked for by its name.
 * Without one of them, the other has its rows alone.
 */
export function rowsOf(
  { upstream, big, small }: {
    upstream: string;
    big: string | undefined;
    small: string | undefined;
  },
): ModelRow[] {
  const toRow = (match: string, model: string | undefined): ModelRow[] =>
    model === undefined
      ? []
      : [{ match, to: [{ upstream, model }], longer: [] }];
  return [
    ...(big ? toRow(big, big) : []),
    ...(small ? toRow(small, small) : []),
    ...toRow("*haiku*", small),
    ...toRow(EVERY_NAME, big),
  ];
}
