import { z } from "zod";
import type { EngineKind } from "./engine.ts";

const Page = z.object({
  url: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  age: z.string().nullish(),
});

/** Without `web` if nothing was found. */
const Answer = z.object({
  web: z.object({ results: z.array(z.unknown()).nullish() }).nullish(),
});

/**
 * Brave's search engine, which requires a key.
 *
 * @see {@link
 * https://api-dashboard.search.brave.com/app/documentation/web-search/get-started}
 */
export const brave: EngineKind = {
  parameters: { count: "20", text_decorations: "false" },
  headers: (key): Record<string, string> =>
    key ? { "x-subscription-token": key.reveal() } : {},
  parse(json) {
    const answer = Answer.safeParse(json);
    if (!answer.success) return null;
    return (answer.data.web?.results ?? []).flatMap((result) => {
      const page = Page.safeParse(result);
      if (!page.success) return [];
      const { url, title, description, age } = page.data;
      return [{
        url,
        title: title ?? "",
        text: description ?? "",
        age: age ?? null,
      }];
    });
  },
};
