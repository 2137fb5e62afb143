/**
 * The shape of `ccproxy.json`. Each message says what is expected instead.
 *
 * @module
 */
import { z } from "zod";
import { DIALECTS } from "../dialects/registry.ts";
import { hostOf } from "../host_of.ts";
import { isLoopback } from "../loopback.ts";
import { EVERY_NAME, toTargetName } from "../models/model_rows.ts";
import { UPSTREAM_APIS } from "../models/select_target.ts";
import { shaped } from "../models/shaped.ts";
import { UpstreamLimits } from "../models/upstream_limits.ts";
import { VARIABLES } from "./variables.ts";

/** Form of a key: characters allowed in a header. */
export const KEY = /^[\x21-\x7e]+$/;

/** Reads an environment variable; a blank one counts as not set. */
export type ReadVariable = (name: string) => string | undefined;

/** Every dialect's name. */
export const DIALECT_NAMES: readonly string[] = DIALECTS.map(({ name }) =>
  name
);

/** An http or https URL. */
const Url = z.url({
  protocol: /^https?$/,
  error: "a URL, e.g. http://127.0.0.1:8000/v1",
});

/** What the file's values are checked against besides their shape. */
export interface FileContext {
  /** The names the file gives its upstreams. */
  upstreams: readonly string[];
  readVariable: ReadVariable;
}

/**
 * The keys an entry of the file stands for: itself, or those in the variable it
 * names, separated by commas.
 */
export function keysOf(entry: string, readVariable: ReadVariable): string[] {
  const variable = variableOf(entry);
  if (variable === null) return [entry];
  return splitKeys(readVariable(variable) ?? "");
}

/** The keys of a comma-separated list, each once. */
export function splitKeys(list: string): string[] {
  const keys = list.split(",").map((key) => key.trim());
  return [...new Set(keys)].filter((key) => key !== "");
}

function variableOf(entry: string): string | null {
  return entry.startsWith("env:") ? entry.slice("env:".length) : null;
}

function toKey({ readVariable }: FileContext) {
  return z.string("a key, or env:NAME").superRefine((entry, issues) => {
    const keys = keysOf(entry, readVariable);
    if (keys.length > 0 && keys.every((key) => KEY.test(key))) return;
    const name = variableOf(entry);
    const place = name === null ? "" : ` in the environment variable ${name}`;
    const got = keys.length === 0 ? "it is not set" : "got something else";
    issues.addIssue({
      code: "custom",
      message: `a key without spaces${place}`,
      params: { got },
    });
  });
}

function toUpstreamSettings(context: FileContext) {
  return shaped({
    url: Url.describe("Base URL, e.g. https://api.openai.com/v1"),
    keys: z.array(toKey(context), "a list of keys").optional().describe(
      'Keys, each as it is or as "env:NAME" for an environment variable; [] where none is asked for',
    ),
    api: z.enum(UPSTREAM_APIS, `one of ${UPSTREAM_APIS.join(", ")}`)
      .default(VARIABLES.UPSTREAM_API.default)
      .describe("What it speaks"),
    dialect: z.enum(DIALECT_NAMES, `one of ${DIALECT_NAMES.join(", ")}`)
      .optional()
      .describe("How it differs; else told by its host"),
    limits: UpstreamLimits.optional()
      .describe("What may be asked of it, each number for each of its keys"),
  }).superRefine(({ url, keys }, issues) => {
    const host = hostOf(url);
    if (!host || keys !== undefined || isLoopback(host)) return;
    issues.addIssue({
      code: "custom",
      path: ["keys"],
      message: `keys for ${host}, or [] if it asks for none`,
      params: { got: "it is missing" },
    });
  });
}

function toModelRow({ upstreams }: FileContext) {
  const isKnown = (path: string) =>
    upstreams.includes(toTargetName(path)?.upstream ?? "");
  const listed = upstreams.join(", ") || "there is none";
  const Target = z.string('a target, "upstream/model"')
    .regex(/^[^/]+\/./, { error: 'a target, "upstream/model"', abort: true })
    .refine(isKnown, `a target at one of the upstreams (${listed})`);
  const Targets = z.array(Target, "a list of targets").min(
    1,
    "at least one target",
  );
  return shaped({
    match: z.string("a model name").min(1, "a model name").describe(
      "Model names of clients; * stands for any characters",
    ),
    to: Targets.describe(
      '"upstream/model": the one to ask, then those that stand in for it',
    ),
    whenInputTokensOver: z.record(
      z.string().regex(/^[1-9]\d*$/, "a number of tokens"),
      z.union([Target, Targets], "a target or a list of them"),
      "targets by number of tokens",
    ).optional().describe("Who answers instead where the prompt is longer"),
  });
}

/** Validates the file's JSON. */
export function checkFile(
  json: unknown,
  context: FileContext,
): z.ZodSafeParseResult<FileValues> {
  return toFile(context).safeParse(json, { reportInput: true });
}

/** The file's JSON Schema, for editors. */
export function configJsonSchema(): unknown {
  const schema = toFile({ upstreams: [], readVariable: () => undefined });
  return z.toJSONSchema(schema, { io: "input" });
}

function toFile(context: FileContext) {
  const Name = z.string().regex(
    /^\w[\w.:-]*$/,
    "a name of letters, digits, dots and dashes",
  );
  return shaped({
    $schema: z.string("a URL").optional(),
    upstreams: z.record(
      Name,
      toUpstreamSettings(context),
      "upstreams by name",
    ).default({}).describe("Servers to ask, by a name of yours"),
    models: z.array(toModelRow(context), "a list of rows").default([])
      .superRefine(reachable)
      .describe("Who answers for which model name; the first match wins"),
  });
}

/** The file's contents. */
export type FileValues = z.infer<ReturnType<typeof toFile>>;
/** An upstream's entry. */
export type UpstreamSettings = FileValues["upstreams"][string];
/** One of its rows. */
export type RowSettings = FileValues["models"][number];

/** The row for every name must be the last one. */
function reachable(
  rows: { match: string }[],
  issues: z.RefinementCtx,
): void {
  const last = rows.findIndex(({ match }) => match === EVERY_NAME);
  if (last < 0) return;
  for (let i = last + 1; i < rows.length; i++) {
    issues.addIssue({
      code: "custom",
      path: [i],
      message: `no row after models[${last}], which matches every name`,
      params: { got: "got one" },
    });
  }
}
