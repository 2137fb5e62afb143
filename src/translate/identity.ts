import { z } from "zod";
import type { MessagesRequest } from "../anthropic/request.ts";
import type { Capabilities } from "../openai/capabilities.ts";
import type { ChatRequest } from "../openai/chat.ts";
import { sha256 } from "./ids.ts";

/** Claude Code packs its ids into `metadata.user_id` as JSON. */
const UserIds = z.looseObject({
  session_id: z.string().optional(),
  device_id: z.string().optional(),
});

/** Longest session id that is accepted, in characters; Claude Code's has 36. */
const MAX_SESSION = 200;

/**
 * The session a request belongs to, for upstreams that use it.
 *
 * @param sessionId From the client's header; its metadata wins.
 */
export function toSession(
  { metadata }: Pick<MessagesRequest, "metadata">,
  sessionId: string | undefined,
): string | undefined {
  return sessionOf(readUserIds(metadata?.user_id ?? undefined), sessionId);
}

/**
 * Who asks, as hashes: the ids themselves identify a device, an account and a
 * session, and are never sent. The session keeps a conversation on the machine
 * that has its prompt cached.
 *
 * @param sessionId From the client's header; its metadata wins.
 */
export function toIdentity(
  request: Pick<MessagesRequest, "metadata">,
  { capabilities, sessionId }: {
    capabilities: Pick<Capabilities, "promptCacheKey" | "safetyIdentifier">;
    sessionId: string | undefined;
  },
): Pick<ChatRequest, "prompt_cache_key" | "safety_identifier"> {
  const userId = request.metadata?.user_id ?? undefined;
  const ids = readUserIds(userId);
  const session = sessionOf(ids, sessionId);
  const user = ids.device_id || userId;
  return {
    ...(capabilities.promptCacheKey && session
      ? { prompt_cache_key: sha256(session).slice(0, 32) }
      : {}),
    ...(capabilities.safetyIdentifier && user
      ? { safety_identifier: sha256(user) }
      : {}),
  };
}

function sessionOf(
  { session_id }: z.infer<typeof UserIds>,
  sessionId: string | undefined,
): string | undefined {
  return (session_id || sessionId)?.slice(0, MAX_SESSION);
}

function readUserIds(userId = ""): z.infer<typeof UserIds> {
  if (!userId.startsWith("{")) return {};
  try {
    return UserIds.safeParse(JSON.parse(userId)).data ?? {};
  } catch {
    return {}; // looks like JSON, but is not
  }
}
