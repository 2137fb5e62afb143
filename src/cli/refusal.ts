/**
 * What ccproxy prints instead of starting.
 *
 * @module
 */

/** Everything that must be set before anything works. */
const FIRST = ["BIG_MODEL_NAME", "SMALL_MODEL_NAME", "OPENAI_API_KEY"];

/** Why these settings are invalid, and what to do about it. */
export function refusalText(problems: readonly string[]): string {
  return isFirstRun(problems)
    ? FIRST_RUN
    : `ccproxy cannot start with these settings:
${
      problems.map((problem) => `  ${problem}\n`).join("")
    }Set them in the environment or in .env (see ccproxy --help), or try \`ccproxy demo\`, which needs none.
`;
}

const FIRST_RUN =
  `ccproxy has no settings yet. It needs OPENAI_API_KEY (or OPENROUTER_API_KEY, or the OPENAI_BASE_URL of your own server), BIG_MODEL_NAME and SMALL_MODEL_NAME.
Put them into .env here, or start it so: OPENAI_API_KEY=sk-… BIG_MODEL_NAME=gpt-5.1 SMALL_MODEL_NAME=gpt-5-mini ccproxy
To try it without a key: \`ccproxy demo\`; all settings: \`ccproxy --help\`
`;

/** The only problem is that nothing is set yet. */
function isFirstRun(problems: readonly string[]): boolean {
  return problems.length === FIRST.length &&
    FIRST.every((name) =>
      problems.some((problem) =>
        problem.startsWith(`${name}: `) && problem.endsWith("it is not set")
      )
    );
}
