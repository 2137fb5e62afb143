/**
 * Groups strokes by the output item they belong to. Pure.
 *
 * @module
 */
import type { Stroke } from "./strokes.ts";

/** The strokes of one output item; those of parallel calls may interleave. */
export interface Passage {
  type: "message" | "reasoning" | "function_call" | "web_search_call";
  strokes: Stroke[];
}

/** The passages in the order they begin, and the sequence of their strokes. */
export interface Passages {
  passages: Passage[];
  /** The passage of every stroke. */
  turns: Passage[];
}

/** Groups strokes into passages. */
export function toPassages(strokes: readonly Stroke[]): Passages {
  const passages: Passage[] = [];
  const calls = new Map<number, Passage>();
  const turns = strokes.map((stroke) => {
    const open = openPassage(stroke, { last: passages.at(-1), calls });
    const passage = open ?? { type: typeOf(stroke), strokes: [] };
    if (!open) passages.push(passage);
    if (stroke.kind === "call") calls.set(stroke.index, passage);
    passage.strokes.push(stroke);
    return passage;
  });
  return { passages, turns };
}

/** The passage a stroke continues, if it begins none. */
function openPassage(
  stroke: Stroke,
  { last, calls }: {
    last: Passage | undefined;
    calls: ReadonlyMap<number, Passage>;
  },
): Passage | undefined {
  if (stroke.kind === "call") {
    const call = calls.get(stroke.index);
    const [first] = call?.strokes ?? [];
    const isOther = first?.kind === "call" && stroke.id !== undefined &&
      stroke.id !== first.id;
    return isOther ? undefined : call;
  }
  if (last?.type !== typeOf(stroke)) return undefined;
  if (stroke.kind === "reasoning item" || stroke.kind === "search") {
    return undefined;
  }
  return isNextPhase(stroke, last) ? undefined : last;
}

function isNextPhase(stroke: Stroke, { strokes: [first] }: Passage): boolean {
  return stroke.kind === "text" && first?.kind === "text" &&
    stroke.phase !== first.phase;
}

function typeOf({ kind }: Stroke): Passage["type"] {
  switch (kind) {
    case "reasoning":
    case "thought":
    case "reasoning item":
      return "reasoning";
    case "search":
      return "web_search_call";
    case "call":
      return "function_call";
    default:
      return "message";
  }
}
