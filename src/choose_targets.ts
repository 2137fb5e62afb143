import { Affinity } from "./models/affinity.ts";
import type { Lessons } from "./models/lessons.ts";
import {
  type ModelRow,
  selectTargets,
  type TargetName,
} from "./models/model_rows.ts";
import {
  type Target,
  toTarget,
  type Upstream,
} from "./models/select_target.ts";

/** The parts of a request that determine its targets. */
export interface Wish {
  /** The model's name as the client gave it. */
  model: string;
  /** Estimate of the prompt, in tokens. */
  inputTokens: number;
  /** `undefined`: the client names no session. */
  sessionId: string | undefined;
}

/** The targets that may answer a request. */
export interface Choice {
  /** The one to ask, then its fallbacks; none: no target serves the model. */
  targets: readonly Target[];
  /**
   * Call with the target that answers: the session's next request goes there.
   */
  answers: (target: Target) => void;
  /** Call when the target that was asked has failed. */
  fails: () => void;
}

/** What {@linkcode createTargetChooser} depends on. */
export interface ChooserOptions {
  upstreams: readonly Upstream[];
  models: readonly ModelRow[];
  lessons: Pick<Lessons, "apply">;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Chooses a request's targets, with all that has been learned about them. */
export type ChooseTargets = (wish: Wish) => Choice;

/** Creates a {@linkcode ChooseTargets}. */
export function createTargetChooser(
  { upstreams, models, lessons, now }: ChooserOptions,
): ChooseTargets {
  const affinity = new Affinity(now);
  const byName = new Map(
    upstreams.map((upstream) => [upstream.name, upstream]),
  );
  const table = { upstreams: [...byName.keys()], rows: models };

  function toTargets(names: readonly TargetName[]): Target[] {
    return names.flatMap(({ upstream: name, model }) => {
      const upstream = byName.get(name);
      return upstream ? [lessons.apply(toTarget(upstream, model))] : [];
    });
  }

  return function chooseTargets({ model, inputTokens, sessionId }) {
    const names = selectTargets(model, { ...table, inputTokens });
    const visit = { session: sessionId, targets: names };
    return {
      targets: toTargets(affinity.order(visit)),
      answers: ({ upstream, model }) =>
        affinity.settle(visit, { upstream: upstream.name, model }),
      fails: () => affinity.leave(visit),
    };
  };
}
