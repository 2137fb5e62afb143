import { prices } from "./rows.ts";

const LIST = {
  source: "https://platform.claude.com/docs/en/about-claude/pricing",
  asOf: "2026-11-15",
};

/**
 * Anthropic's prices for Claude's models, by their names without a date. The
 * models themselves are not in the catalogue: clients ask for their names, and
 * rows of the configuration say which model serves them.
 */
export const CLAUDE_PRICES = [
  ...prices(LIST, {
    "claude-fable-5-1": [10, 0.25, 12.5, 50],
    "claude-mythos-5-1": [10, 0.25, 12.5, 50],
    "claude-fable-5": [10, 1, 12.5, 50],
    "claude-mythos-5": [10, 1, 12.5, 50],
    "claude-opus-5-5": [4, 0.2, 5, 20],
    "claude-opus-5": [5, 0.5, 6.25, 25],
    "claude-opus-4-8": [5, 0.5, 6.25, 25],
    "claude-opus-4-7": [5, 0.5, 6.25, 25],
    "claude-opus-4-6": [5, 0.5, 6.25, 25],
    "claude-opus-4-5": [5, 0.5, 6.25, 25],
    "claude-opus-4-1": [15, 1.5, 18.75, 75],
    "claude-opus-4": [15, 1.5, 18.75, 75],
    "claude-opus-4-0": [15, 1.5, 18.75, 75],
    "claude-sonnet-5-5": [2, 0.1, 2.5, 10],
    "claude-sonnet-5": [2, 0.2, 2.5, 10],
    "claude-sonnet-4-6": [3, 0.3, 3.75, 15],
    "claude-sonnet-4-5": [3, 0.3, 3.75, 15],
    "claude-haiku-4-5": [1, 0.1, 1.25, 5],
  }),
  ...prices({
    ...LIST,
    longer: [{ overTokens: 100_000, input: 5, output: 5 }],
  }, {
    "claude-haiku-5-5": [0.1, 0.01, 0.125, 0.5],
  }),
];
