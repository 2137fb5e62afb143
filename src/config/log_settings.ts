import { z } from "zod";
import { LOG_LEVELS, type LogLevel } from "../log.ts";
import { Flag } from "./guard_settings.ts";

/** Checked settings of the log. */
export interface LogSettings {
  logLevel: LogLevel;
  /** File that takes the log beside standard error; `null`: none does. */
  logFile: string | null;
  /** What clients ask and are answered is in the log, too. */
  logBodies: boolean;
}

/** Each message says what is expected. */
export const LOG_VARIABLES = {
  LOG_LEVEL: z.string().toUpperCase()
    .transform((level) => level === "WARNING" ? "WARN" : level)
    .pipe(z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(", ")}`)),
  LOG_FILE: z.string().optional(),
  LOG_BODIES: Flag,
};

/** Puts the checked variables together. */
export function toLogSettings(
  { LOG_LEVEL, LOG_FILE, LOG_BODIES }: {
    LOG_LEVEL: LogLevel;
    LOG_FILE?: string | undefined;
    LOG_BODIES: boolean;
  },
): LogSettings {
  return {
    logLevel: LOG_LEVEL,
    logFile: LOG_FILE ?? null,
    logBodies: LOG_BODIES,
  };
}
