import { Hono } from "hono";
import { ApiError } from "../anthropic/errors.ts";
import type { ChooseTargets } from "../choose_targets.ts";
import { type ModelTable, namesToOffer } from "../models/model_rows.ts";

/** What the route depends on. */
export interface ModelsDeps {
  table: ModelTable;
  chooseTargets: ChooseTargets;
}

/** Anthropic's own model names. */
const CLAUDE = /^claude-/i;

/**
 * `GET /v1/models` and `/v1/models/{id}`.
 *
 * Models are listed with the prefix `anthropic/`: Claude Code shows only ids
 * that contain "claude" or "anthropic", and treats those that begin with
 * `claude-` as Anthropic's models, whose context window it assumes.
 *
 * @see {@link https://platform.claude.com/docs/en/api/models-list}
 */
export function modelsRoute({ table, chooseTargets }: ModelsDeps): Hono {
  const names = namesToOffer(table);
  const ids = names.map((name) => `anthropic/${name}`);

  /** `null`: no target serves it. */
  function describe(id: string) {
    const wish = { model: id, inputTokens: 0, sessionId: undefined };
    const [target] = chooseTargets(wish).targets;
    if (!target) return null;
    const { model, limits } = target;
    return {
      type: "model",
      id,
      display_name: model,
      created_at: "1970-01-01T00:00:00Z", // unknown; the SDKs require a date
      capabilities: null,
      lifecycle: "active",
      line: null,
      deprecated_at: null,
      retires_at: null,
      max_input_tokens: limits?.contextTokens ?? null,
      max_tokens: limits?.maxOutputTokens ?? null,
    };
  }

  return new Hono()
    .get("/v1/models", (c) => {
      const { after_id, before_id, limit } = c.req.query();
      const start = after_id ? ids.indexOf(after_id) + 1 : 0;
      const end = before_id ? ids.indexOf(before_id) : ids.length;
      const count = Math.max(1, Number(limit) || 20);
      const range = ids.slice(start, Math.max(start, end));
      const page = before_id ? range.slice(-count) : range.slice(0, count);
      return c.json({
        data: page.map(describe),
        has_more: page.length < range.length,
        first_id: page[0] ?? null,
        last_id: page.at(-1) ?? null,
      });
    })
    .get("/v1/models/:id{.+}", (c) => {
      const id = c.req.param("id");
      const bare = id.replace(/^anthropic\//, "");
      const isKnown = names.includes(bare) || CLAUDE.test(bare);
      const model = isKnown ? describe(id) : null;
      if (!model) throw new ApiError("not_found_error", `model: ${id}`);
      return c.json(model);
    });
}
