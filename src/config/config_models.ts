import type { FileSettings } from "./config_file.ts";
import { EVERY_NAME, type ModelRow, rowsOf } from "../models/model_rows.ts";
import type { Upstream } from "../models/select_target.ts";
import type { Environment } from "./variables.ts";

/** The upstreams and model rows in effect. */
export interface MergedModels {
  upstreams: readonly Upstream[];
  models: readonly ModelRow[];
  /** Settings that have no effect, each in a sentence. */
  notices: readonly string[];
}

/** Variables that select upstreams and models. */
const OF_MODELS = [
  "BIG_MODEL_NAME",
  "SMALL_MODEL_NAME",
  "OPENAI_BASE_URL",
  "UPSTREAM_API",
  "UPSTREAM_DIALECT",
] as const;

/** Whether requests can reach the environment's upstream beside the file's. */
export function usesEnvironment(
  { BIG_MODEL_NAME, SMALL_MODEL_NAME }: Environment,
  { rows }: Pick<FileSettings, "rows">,
): boolean {
  const isNamed = Boolean(BIG_MODEL_NAME || SMALL_MODEL_NAME);
  return rows.length === 0 || (isNamed && !rows.some(takesEveryName));
}

/**
 * Combines the file's rows and the environment's, the file's first. If both
 * name an upstream, the file's counts.
 *
 * @param set The variables that are set, without defaults.
 * @param upstream The environment's.
 */
export function mergeModels(
  file: FileSettings | null,
  { set, upstream }: { set: Environment; upstream: Upstream },
): MergedModels {
  const { BIG_MODEL_NAME, SMALL_MODEL_NAME } = set;
  const rows = rowsOf({
    upstream: upstream.name,
    big: BIG_MODEL_NAME,
    small: SMALL_MODEL_NAME,
  });
  if (!file) return { upstreams: [upstream], models: rows, notices: [] };

  const given = OF_MODELS.filter((name) => set[name]);
  if (!usesEnvironment(set, file)) {
    const why = file.rows.some(takesEveryName)
      ? "the configuration file has a row for every model name"
      : "neither BIG_MODEL_NAME nor SMALL_MODEL_NAME asks for that upstream";
    return {
      upstreams: file.upstreams,
      models: file.rows,
      notices: given.map((name) => `${name} has no effect: ${why}`),
    };
  }
  const models = [...file.rows, ...rows];
  const isNamed = file.upstreams.some(({ name }) => name === upstream.name);
  if (!isNamed) {
    return { upstreams: [...file.upstreams, upstream], models, notices: [] };
  }
  const why =
    `the configuration file has an upstream "${upstream.name}" of its own`;
  return {
    upstreams: file.upstreams,
    models,
    notices: given.filter((name) => !name.endsWith("_NAME"))
      .map((name) => `${name} has no effect: ${why}`),
  };
}

function takesEveryName({ match }: ModelRow): boolean {
  return match === EVERY_NAME;
}
