/** A URL's host without its port; `undefined` where it is no URL. */
export function hostOf(url: string | undefined): string | undefined {
  return URL.canParse(url ?? "") ? new URL(url ?? "").hostname : undefined;
}
