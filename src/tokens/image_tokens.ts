import type { ImageSize } from "./image_size.ts";

/** How a maker charges for images. */
type Price =
  /** By squares of 512 pixels, plus a base per image. */
  | { kind: "tiles"; base: number; tile: number }
  /** By squares of 32 pixels, up to a maximum. */
  | { kind: "patches"; times: number; most: number };

const tiles = (base: number, tile: number): Price => {
  return { kind: "tiles", base, tile };
};
const patches = (times: number, most = 1_536): Price => {
  return { kind: "patches", times, most };
};

/**
 * OpenAI's models, the first match wins. The factors for GPT-5's patches are
 * those its usage shows; the manual gave them wrong.
 *
 * @see {@link
 * https://platform.openai.com/docs/guides/images-vision#calculating-costs}
 * @see {@link
 * https://community.openai.com/t/introducing-gpt-5-4-mini-and-nano-our-most-capable-small-models-yet/1377015}
 */
const PRICES: readonly (readonly [RegExp, Price])[] = [
  [/^gpt-4o-mini/, tiles(2_833, 5_667)],
  [/^gpt-4\.1-mini/, patches(1.62)],
  [/^gpt-4\.1-nano/, patches(2.46)],
  [/^(?:gpt-4|chatgpt-4)/, tiles(85, 170)],
  [/^(?:o4-mini|codex-mini)/, patches(1.72)],
  [/^o[1-9]/, tiles(75, 150)],
  [/^gpt-5-nano/, patches(1.5)],
  [/^gpt-5(?:\.\d+)?-(?:codex-)?(?:mini|nano)/, patches(1.2)],
  [/^gpt-5(?:\.1)?(?!\.)/, tiles(70, 140)],
  [/^gpt-5\.[23]/, patches(1.2)],
  [/^gpt-(?:5\.|[6-9])/, patches(1.2, 2_500)],
];

/** For an image of unknown size: what clients scale theirs to. */
const USUAL: ImageSize = { width: 1_568, height: 765 };

/** A rendered PDF page: US Letter, as large as Anthropic accepts it. */
export const PAGE: ImageSize = { width: 1_212, height: 1_568 };

/**
 * Tokens of an image in full detail, by the formula of the model's maker; for
 * all but OpenAI's models by Anthropic's, which is what the client expects.
 *
 * @param size `null`: unknown, as for an image behind a URL.
 */
export function imageTokens(size: ImageSize | null, model?: string): number {
  const image = size ?? USUAL;
  const name = model?.slice(model.lastIndexOf("/") + 1) ?? "";
  const price = PRICES.find(([names]) => names.test(name))?.[1];
  if (price?.kind === "tiles") return tileTokens(image, price);
  if (price?.kind === "patches") return patchTokens(image, price);
  return areaTokens(image);
}

/** Scaled to fit 2,048 × 2,048, then to a shorter side of at most 768. */
function tileTokens(
  { width, height }: ImageSize,
  { base, tile }: Extract<Price, { kind: "tiles" }>,
): number {
  const fit = Math.min(1, 2_048 / Math.max(width, height));
  const scale = Math.min(fit, 768 / Math.min(width, height));
  const across = (side: number) =>
    Math.max(1, Math.ceil(Math.round(side * scale) / 512));
  return base + tile * across(width) * across(height);
}

/** Scaled down until whole patches cover it in at least one direction. */
function patchTokens(
  { width, height }: ImageSize,
  { times, most }: Extract<Price, { kind: "patches" }>,
): number {
  const [across, down] = [width / 32, height / 32];
  let count = Math.ceil(across) * Math.ceil(down);
  if (count > most) {
    const shrink = Math.sqrt(most / (across * down));
    const whole = (patches: number) =>
      Math.max(1, Math.floor(patches * shrink)) / (patches * shrink);
    const scale = shrink * Math.min(whole(across), whole(down));
    const cover = (patches: number) =>
      Math.max(1, Math.ceil(patches * scale - 1e-9));
    count = Math.min(most, cover(across) * cover(down));
  }
  return Math.ceil(count * times);
}

/** @see {@link https://platform.claude.com/docs/en/build-with-claude/vision} */
function areaTokens({ width, height }: ImageSize): number {
  const scale = Math.min(1, 1_568 / Math.max(width, height));
  return Math.min(1_600, Math.ceil(width * scale * height * scale / 750));
}
