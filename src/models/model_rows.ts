/**
 * Which models serve the model name a client gives: a table of rows, the first
 * match wins.
 *
 * @module
 */
import { lookUpModel } from "./catalogue.ts";
import { matchesGlob } from "./glob.ts";

/** A model and its upstream, by name. */
export interface TargetName {
  upstream: string;
  model: string;
}

/** Whether two names denote the same target. */
export function sameTarget(a: TargetName, b: TargetName): boolean {
  return a.upstream === b.upstream && a.model === b.model;
}

/** The targets for the names a pattern matches. */
export interface ModelRow {
  /** Names this row matches, see {@linkcode matchesGlob}; `*`: all others. */
  match: string;
  /** The one to ask, then its fallbacks; at least one. */
  to: readonly TargetName[];
  /** Targets used instead for longer prompts, longest first. */
  longer: readonly LongerPrompts[];
}

/** The targets for prompts over a length. */
export interface LongerPrompts {
  /** Applies if the prompt's estimate, in tokens, is over this. */
  overTokens: number;
  to: readonly TargetName[];
}

/** Everything that can be asked for. */
export interface ModelTable {
  /** Names of all upstreams. */
  upstreams: readonly string[];
  /** First match wins. */
  rows: readonly ModelRow[];
}

/** Matches every name. */
export const EVERY_NAME = "*";

/**
 * Selects the targets, the one to ask first.
 *
 * The prefix `anthropic/`, under which `/v1/models` lists models so that Claude
 * Code shows them, and the suffix `[1m]` are ignored. `upstream/model` is taken
 * literally, and so is a model's own name, unless a row matches it: a model
 * named in rows is asked at the upstream they give, one from the catalogue at
 * the upstream of the row for all other names.
 *
 * @param inputTokens Estimate of the prompt.
 * @returns Empty if no row matches.
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

/** Parses `upstream/model`; a model's name may itself contain slashes. */
export function toTargetName(path: string): TargetName | null {
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1) return null;
  return { upstream: path.slice(0, slash), model: path.slice(slash + 1) };
}

/**
 * Names to offer clients, each once: those that rows match literally, and the
 * rows' models, as `upstream/model` if there are several upstreams.
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

/** Every target named in rows, in their order. */
function namedTargets(rows: readonly ModelRow[]): TargetName[] {
  return rows.flatMap(({ to, longer }) => [
    ...to,
    ...longer.flatMap(({ to }) => to),
  ]);
}

/**
 * The rows for two model names of one upstream: Haiku is the small model, every
 * other name the big one, and either can be asked for by its own name. If one
 * is not set, the other gets only its own rows.
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
