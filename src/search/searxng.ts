import { z } from "zod";
import type { EngineKind } from "./engine.ts";

const Page = z.object({
  url: z.string(),
  title: z.string().nullish(),
  content: z.string().nullish(),
  publishedDate: z.string().nullish(),
});

const Answer = z.object({ results: z.array(z.unknown()) });

/**
 * SearXNG, a self-hosted search engine, and compatible ones. Its settings must
 * allow the format `json`.
 *
 * @see {@link https://docs.searxng.org/dev/search_api.html}
 */
export const searxng: EngineKind = {
  parameters: { format: "json" },
  headers: () => ({}),
  parse(json) {
    const answer = Answer.safeParse(json);
    if (!answer.success) return null;
    return answer.data.results.flatMap((result) => {
      const page = Page.safeParse(result);
      if (!page.success) return [];
      const { url, title, content, publishedDate } = page.data;
      return [{
        url,
        title: title ?? "",
        text: content ?? "",
        age: publishedDate ?? null,
      }];
    });
  },
};
