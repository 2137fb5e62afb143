/**
 * What is known about OpenAI's models by name; nothing about others. Pure.
 *
 * @module
 */

/** Major and minor number of a GPT: `gpt-5.6-sol` is 5.6. */
const GPT = /^gpt-(\d+)(?:\.(\d+))?(?!\d*o)/;

/** Whether a model reasons; `undefined` for models of other makers. */
export function doesReason(model: string): boolean | undefined {
  if (/-chat(-|$)/.test(model)) return false;
  if (/^o\d/.test(model)) return true;
  const version = versionOf(model);
  if (version !== null) return version >= 5;
  return /^(gpt|chatgpt)-/.test(model) ? false : undefined;
}

/**
 * Whether Chat Completions refuses this model function tools while it reasons:
 * from 5.4 on at any effort but `none`, from 5.5 on also at its default effort.
 */
export function refusesTools(
  model: string,
  effort: string | undefined,
): boolean {
  if (doesReason(model) !== true || effort === "none") return false;
  const version = versionOf(model) ?? 0;
  return effort === undefined ? version >= 5.05 : version >= 5.04;
}

/** 5.06 for 5.6, so that 5.10 comes after it. */
function versionOf(model: string): number | null {
  const [, major, minor = "0"] = GPT.exec(model) ?? [];
  return major === undefined ? null : Number(major) + Number(minor) / 100;
}
