/**
 * `ccproxy.json`: several upstreams, and which of their models serve the names
 * clients ask for. JSON with comments.
 *
 * @module
 */
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";
import {
  checkFile,
  keysOf,
  type ReadVariable,
  type RowSettings,
  type UpstreamSettings,
} from "./config_schema.ts";
import { dialectNamed, dialectOf } from "../dialects/registry.ts";
import { hostOf } from "../host_of.ts";
import {
  type ModelRow,
  type TargetName,
  toTargetName,
} from "../models/model_rows.ts";
import type { Upstream } from "../models/select_target.ts";
import { redact, Secret } from "../secret.ts";

/** A file that was found. */
export interface FoundFile {
  /** For messages. */
  path: string;
  text: string;
}

/** A file's settings; empty if there are problems. */
export interface FileSettings {
  upstreams: Upstream[];
  rows: ModelRow[];
  /** Everything that is wrong, each with its path in the file. */
  problems: string[];
}

/**
 * Parses the file's text. Problems never show keys.
 *
 * @example A problem
 * ```ts
 * import { parseConfigFile } from "./config_file.ts";
 * import { deepStrictEqual as deepEqual } from "node:assert";
 *
 * const text = `{ "upstreams": { "vllm": { "url": "localhost" } } }`;
 * const { problems } = parseConfigFile({ path: "a.json", text }, () => undefined);
 * deepEqual(problems, [
 *   'a.json: upstreams.vllm.url: expected a URL, e.g. http://127.0.0.1:8000/v1, got "localhost"',
 * ]);
 * ```
 */
export function parseConfigFile(
  { path, text }: FoundFile,
  readVariable: ReadVariable,
): FileSettings {
  const failed = (problems: string[]): FileSettings => ({
    upstreams: [],
    rows: [],
    problems: problems.map((problem) => `${path}: ${problem}`),
  });
  const [json, ...errors] = parseJsonc(text);
  if (errors.length > 0) return failed(errors.map(String));
  const result = checkFile(json, {
    upstreams: Object.keys(Object(Object(json).upstreams)),
    readVariable,
  });
  if (!result.success) return failed(result.error.issues.map(describe));
  const { upstreams, models } = result.data;
  return {
    upstreams: Object.entries(upstreams).map(([name, settings]) =>
      toUpstream(name, { ...settings, readVariable })
    ),
    rows: models.map(toRow),
    problems: [],
  };
}

/** The value, then the problems of the text, if any. */
function parseJsonc(text: string): [unknown, ...string[]] {
  const errors: ParseError[] = [];
  const json: unknown = parse(text, errors, { allowTrailingComma: true });
  return [
    json,
    ...errors.slice(0, 1).map(({ error, offset }) => {
      const before = text.slice(0, offset).split("\n");
      const words = printParseErrorCode(error)
        .replaceAll(/(?<=[a-z])[A-Z]/g, " $&").toLowerCase();
      return `line ${before.length}, column ${
        (before.at(-1)?.length ?? 0) + 1
      }: expected JSON, ${words}`;
    }),
  ];
}

function toUpstream(
  name: string,
  { url, keys = [], api, dialect, limits, readVariable }: UpstreamSettings & {
    readVariable: ReadVariable;
  },
): Upstream {
  const values = keys.flatMap((key) => keysOf(key, readVariable));
  return {
    name,
    url: url.replace(/\/+$/, ""),
    keys: [...new Set(values)].map((value) => new Secret(value)),
    api,
    limits,
    dialect: dialectNamed(dialect) ?? dialectOf(hostOf(url) ?? ""),
  };
}

function toRow(
  { match, to, whenInputTokensOver = {} }: RowSettings,
): ModelRow {
  const longer = Object.entries(whenInputTokensOver)
    .map(([tokens, to]) => ({
      overTokens: Number(tokens),
      to: toTargetNames([to].flat()),
    }))
    .toSorted((a, b) => b.overTokens - a.overTokens);
  return { match, to: toTargetNames(to), longer };
}

function toTargetNames(paths: readonly string[]): TargetName[] {
  return paths.map(toTargetName).filter((target) => target !== null);
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path
    .map((step) => typeof step === "number" ? `[${step}]` : `.${String(step)}`)
    .join("").replace(/^\./, "");
  const where = path === "" ? "" : `${path}: `;
  const expected = issue.code === "invalid_key"
    ? issue.issues[0]?.message
    : issue.message;
  return `${where}expected ${expected}, ${got(issue)}`;
}

/** Longest value that is shown, in characters. */
const MAX_SHOWN = 80;

/** What was found instead; possible keys are not shown. */
function got(issue: z.core.$ZodIssue): string {
  const { code, path, input } = issue;
  if (code === "custom" && issue.params) return String(issue.params.got);
  if (code === "unrecognized_keys") {
    return `got ${redact(issue.keys.join(", "))}`;
  }
  if (input === undefined) return "it is missing";
  if (code === "invalid_key") return `got "${redact(String(path.at(-1)))}"`;
  if (Array.isArray(input)) return "got a list";
  if (typeof input === "object") return input ? "got an object" : "got null";
  const isLeaf = path.length > 2 && !path.includes("keys");
  const shown = redact(JSON.stringify(input)).slice(0, MAX_SHOWN);
  return isLeaf ? `got ${shown}` : "got something else";
}
