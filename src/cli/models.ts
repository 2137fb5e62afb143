import type { Config } from "../config/config.ts";
import { lookUpModel, lookUpPrices } from "../models/catalogue.ts";
import { type ModelRow, selectTargets } from "../models/model_rows.ts";
import type { TargetName } from "../models/model_rows.ts";
import { type TargetApi, toTarget } from "../models/select_target.ts";
import type { Prices } from "../models/prices.ts";
import type { Effort } from "../openai/capabilities.ts";
import { priceCell, priceLines } from "./prices.ts";
import { toTable } from "./table.ts";

/** Where a model name leads, and what is known about the model there. */
export interface ModelFacts {
  /** The name or pattern clients ask for. */
  asked: string;
  /** Only prompts with more tokens go here; absent: all do. */
  overTokens?: number;
  /** Position in the fallback order; 0: asked first. */
  place: number;
  upstream: string;
  model: string;
  api: TargetApi;
  dialect: string;
  /** The model is in the catalogue. */
  isKnown: boolean;
  /** `null`: unknown. */
  contextTokens: number | null;
  maxOutputTokens: number | null;
  /** Empty: it takes no effort. */
  efforts: readonly Effort[];
  images: boolean;
  pdfs: boolean;
  sampling: boolean;
  parallelToolCalls: boolean;
  jsonSchema: boolean;
  /** Source of the figures. */
  source: string | null;
  /** The maker's, in dollars per million tokens; `null`: unknown. */
  prices: Prices | null;
}

type Settings = Pick<Config, "upstreams" | "models">;

/** Every row's targets, in their order. */
export function listModels(config: Settings): ModelFacts[] {
  return config.models.flatMap(({ match, to, longer }: ModelRow) => [
    ...toFacts(match, { names: to, config }),
    ...longer.toReversed().flatMap(({ overTokens, to }) =>
      toFacts(match, { names: to, config })
        .map((facts) => ({ ...facts, overTokens }))
    ),
  ]);
}

/** The targets for a name, as clients give it; empty: there are none. */
export function findModel(asked: string, config: Settings): ModelFacts[] {
  const { upstreams, models: rows } = config;
  const names = selectTargets(asked, {
    upstreams: upstreams.map(({ name }) => name),
    rows,
    inputTokens: 0,
  });
  return toFacts(asked, { names, config });
}

function toFacts(
  asked: string,
  { names, config }: { names: readonly TargetName[]; config: Settings },
): ModelFacts[] {
  return names.flatMap(({ upstream: name, model }, place) => {
    const upstream = config.upstreams.find((it) => it.name === name);
    if (!upstream) return [];
    const { api, dialect, limits, capabilities } = toTarget(upstream, model);
    const { efforts, images, pdfs, sampling } = capabilities;
    const { parallelToolCalls, jsonSchema } = capabilities;
    const row = lookUpModel(model);
    return [{
      ...{ asked, place, upstream: name, model, api, dialect: dialect.name },
      isKnown: row !== undefined,
      contextTokens: limits?.contextTokens ?? null,
      maxOutputTokens: limits?.maxOutputTokens ?? null,
      ...{ efforts, images, pdfs, sampling, parallelToolCalls, jsonSchema },
      source: row?.source ?? null,
      prices: lookUpPrices(model) ?? null,
    }];
  });
}

/** One line for each target. */
export function modelsTable(facts: readonly ModelFacts[]): string {
  const heads = ["asked for", "goes to", "API", "window", "answer"];
  const table = toTable(
    [...heads, "$ in / cached / out", "takes"],
    facts.map((fact) => [
      fact.place > 0 ? "  or" : asking(fact),
      `${fact.upstream}/${fact.model}`,
      fact.api,
      tokens(fact.contextTokens),
      tokens(fact.maxOutputTokens),
      priceCell(fact.prices),
      abilities(fact),
    ]),
  );
  return `${table}\nWindow and answer in tokens, prices for a million of them;${
    facts.some(isTiered)
      ? "\n* others for long prompts or at other hours: ccproxy models NAME."
      : " more: ccproxy models NAME."
  }\n`;
}

function isTiered({ prices }: ModelFacts): boolean {
  return priceCell(prices).endsWith("*");
}

/** All that is known about the models that serve a name. */
export function modelsText(facts: readonly ModelFacts[]): string {
  return facts.map((fact) => {
    const lines: [string, string][] = [
      [fact.place > 0 ? "or" : fact.asked, `${fact.upstream}/${fact.model}`],
      ["API", `${fact.api}, as ${fact.dialect} speaks it`],
      ["window", tokens(fact.contextTokens)],
      ["longest answer", tokens(fact.maxOutputTokens)],
      ["efforts", fact.efforts.join(", ") || "none"],
      ["images", yes(fact.images)],
      ["PDFs", fact.pdfs ? "yes" : "as their text"],
      ["temperature, top_p", fact.sampling ? "yes" : "left out"],
      ["parallel tools", yes(fact.parallelToolCalls)],
      ["JSON schemas", fact.jsonSchema ? "yes" : "in words"],
      ...priceLines(fact.prices),
      [
        "figures from",
        fact.source ?? "not in the catalogue; the dialect's word",
      ],
    ];
    const width = Math.max(...lines.map(([label]) => label.length));
    return lines
      .map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join("");
  }).join("\n");
}

function asking({ asked, overTokens }: ModelFacts): string {
  return overTokens === undefined ? asked : `${asked} over ${overTokens}`;
}

function abilities({ efforts, images, pdfs }: ModelFacts): string {
  const effort = efforts.length > 0
    ? `effort ${efforts[0]}–${efforts.at(-1)}`
    : null;
  return [images && "images", pdfs && "PDFs", effort].filter(Boolean)
    .join(", ");
}

function tokens(count: number | null): string {
  return count === null ? "unknown" : count.toLocaleString("en");
}

function yes(isTrue: boolean): string {
  return isTrue ? "yes" : "no";
}
