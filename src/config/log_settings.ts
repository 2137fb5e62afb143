import { z } from "zod";
import { LOG_LEVELS, type LogLevel } from "../log.ts";
import { Flag } from "./guard_settings.ts";

/** Validated log settings. */
export interface LogSettings {
  logLevel: LogLevel;
  /** File the log is written to besides standard error; `null`: none. */
  logFile: string | null;
  /** Log clients' requests and their answers, too. */
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

/** Maps the validated variables to settings. */
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
