/** A URL's host without its port; `undefined` if it is not a URL. */
export function hostOf(url: string | undefined): string | undefined {
  return URL.canParse(url ?? "") ? new URL(url ?? "").hostname : undefined;
}
