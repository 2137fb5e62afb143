import { deepseek } from "./deepseek.ts";
import type { Dialect } from "./dialect.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { plain } from "./plain.ts";
import { xai } from "./xai.ts";

/** Every dialect; adding one is a file and a row here. */
export const DIALECTS: readonly Dialect[] = [
  openai,
  openrouter,
  deepseek,
  xai,
  plain,
];

/** Finds the dialect spoken at a host; the plain one where none is known. */
export function dialectOf(host: string): Dialect {
  const speaks = (known: string) =>
    known.startsWith(".") ? host.endsWith(known) : host === known;
  return DIALECTS.find(({ hosts }) => hosts.some(speaks)) ?? plain;
}
