/**
 * Byte pair encoding: text in, number of tokens out. Pure.
 *
 * Only js-tiktoken's data is used: its encoder takes cubic time on a run of one
 * letter (20 000 × "a": minutes), which any client may send.
 *
 * @module
 * @see {@link https://github.com/openai/tiktoken}
 */

/** The parts used of a rank file such as `js-tiktoken/ranks/o200k_base`. */
export interface BpeRanks {
  /** Splits text into pieces; nothing is merged across their borders. */
  readonly pat_str: string;
  /** Lines of `! <rank of the first> <base64> <base64> …`. */
  readonly bpe_ranks: string;
}

/** One character (U+0000 to U+00FF) per byte. */
type ByteString = string;
type ByteCounter = (bytes: ByteString) => number;

const MAX_PIECE_CHARS = 256;
// On a run of millions of letters the pattern overflows its backtracking stack.
const MAX_WINDOW_CHARS = 262_144;

// V8 makes a slice of 13 or more characters a view that keeps the whole text
// alive; shorter ones are copies, and safe to keep.
const MAX_REMEMBERED_BYTES = 12;
const MAX_GENERATION_PIECES = 16_384;
// An ordinary integer: Infinity would make arrays of ranks floats.
const NO_RANK = 0x3fff_ffff;
const NON_ASCII = /[\u0080-\uffff]/;
const utf8 = new TextEncoder();

/**
 * Creates a counter for the tokens that `ranks` produces for a text.
 *
 * Exact as long as no piece (a word, a run of spaces or punctuation …) is
 * longer than 256 characters: longer ones are counted in slices, which adds
 * about a token per cut. That makes the time linear in the text's length for
 * every text. Names of special tokens (`<|endoftext|>`) count as ordinary text,
 * a lone surrogate as the U+FFFD that would be sent for it.
 *
 * Building the table takes about 0.1 s and 20 MB for o200k_base. Counts of
 * short pieces are cached, in bounded space.
 */
export function createBpe(ranks: BpeRanks): (text: string) => number {
  const pattern = new RegExp(ranks.pat_str, "gu");
  const rankOf = parseRanks(ranks.bpe_ranks);
  const countMerged = createMerger(rankOf);
  const countShort = remember(countMerged);

  function countPiece(piece: string): number {
    const bytes = toBytes(piece);
    if (rankOf.has(bytes)) return 1;
    if (bytes.length > MAX_REMEMBERED_BYTES) return countMerged(bytes);
    return countShort(bytes);
  }

  return (text) => {
    let tokens = 0;
    for (const window of slices(text, MAX_WINDOW_CHARS)) {
      for (const piece of window.match(pattern) ?? []) {
        for (const slice of slices(piece, MAX_PIECE_CHARS)) {
          tokens += countPiece(slice);
        }
      }
    }
    return tokens;
  };
}

function parseRanks(lines: string): Map<ByteString, number> {
  const rankOf = new Map<ByteString, number>();
  for (const line of lines.split("\n")) {
    const [, firstRank = ""] = line.split(" ", 2);
    let rank = Number(firstRank);
    // One by one: a list of all would take as much memory as the table.
    let end = line.indexOf(" ", "! ".length);
    while (end > 0) {
      const start = end + 1;
      end = line.indexOf(" ", start);
      const token = line.slice(start, end < 0 ? undefined : end);
      rankOf.set(atob(token), rank++);
    }
  }
  return rankOf;
}

/** Cuts text into slices of at most `maxChars`, never inside a character. */
function slices(text: string, maxChars: number): string[] {
  if (text.length <= maxChars) return [text];
  const found: string[] = [];
  let start = 0;
  while (start < text.length) {
    const last = start + maxChars - 1;
    const isPair = (text.codePointAt(last) ?? 0) > 0xffff;
    const end = isPair ? last : last + 1;
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}

function toBytes(piece: string): ByteString {
  if (!NON_ASCII.test(piece)) return piece;
  return String.fromCharCode(...utf8.encode(piece));
}

/** Merges the neighbours of lowest rank until no merge is left. */
function createMerger(rankOf: ReadonlyMap<ByteString, number>): ByteCounter {
  return (bytes) => {
    const starts = Array.from(bytes, (_, i) => i);
    /** Rank of token i joined with its right neighbour. */
    const rankAt = (i: number) =>
      rankOf.get(bytes.slice(starts[i], starts[i + 2])) ?? NO_RANK;
    const pairRanks = starts.slice(1).map((_, i) => rankAt(i));
    for (;;) {
      const i = indexOfLowest(pairRanks);
      if (i === undefined) return starts.length;
      starts.splice(i + 1, 1);
      pairRanks.splice(i, 1);
      if (i < pairRanks.length) pairRanks[i] = rankAt(i);
      if (i > 0) pairRanks[i - 1] = rankAt(i - 1);
    }
  };
}

function indexOfLowest(ranks: readonly number[]): number | undefined {
  let lowest = NO_RANK;
  let index: number | undefined;
  for (let i = 0; i < ranks.length; i++) {
    const rank = ranks[i] ?? NO_RANK;
    if (rank >= lowest) continue;
    lowest = rank;
    index = i;
  }
  return index;
}

/** Caches recent counts: a full generation of them becomes the old one. */
function remember(count: ByteCounter): ByteCounter {
  let young = new Map<ByteString, number>();
  let old = new Map<ByteString, number>();
  return (bytes) => {
    const known = young.get(bytes);
    if (known !== undefined) return known;
    const tokens = old.get(bytes) ?? count(bytes);
    if (young.size >= MAX_GENERATION_PIECES) {
      old = young;
      young = new Map();
    }
    young.set(bytes, tokens);
    return tokens;
  };
}
