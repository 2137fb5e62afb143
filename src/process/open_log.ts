import type { Config } from "../config/config.ts";
import { secretsOf } from "../config/secrets.ts";
import { createLogger, type Logger, type LoggerOptions } from "../log.ts";
import { createLogFile, type LogFile } from "../observe/log_file.ts";
import { createRedactor } from "../secret.ts";
import { settlesWithin } from "../settles_within.ts";

/** The process's log. */
export interface ProcessLog {
  log: Logger;
  /** Where it goes besides standard error; `null`: nowhere. */
  file: LogFile | null;
  /** Writes what was logged so far to the file, if that is quick. */
  flush(): Promise<void>;
}

/** How long shutdown waits for the log file, in milliseconds. */
const PATIENCE_MS = 1_000;

/** How every thread logs with these settings. */
export function loggerOptions(
  config: Config,
): Pick<LoggerOptions, "level" | "now" | "redact"> {
  const redact = createRedactor(secretsOf(config));
  return { level: config.logLevel, now: Date.now, redact };
}

/** Opens the log as the settings say; `given` overrides them. */
export function openLog(
  config: Config,
  given: Pick<LoggerOptions, "write" | "pretty"> & Partial<LoggerOptions>,
): ProcessLog {
  const options = { ...loggerOptions(config), ...given };
  const { logFile: path, logBodies } = config;
  const now = Date.now;
  const alone = createLogger(options);
  const file = path === null ? null : createLogFile({ path, log: alone, now });
  const log = file
    ? createLogger({ ...options, writeJson: file.write })
    : alone;
  if (logBodies) {
    log.warn("LOG_BODIES is on: prompts, files and answers are in the log");
  }
  return {
    log,
    file,
    async flush() {
      if (file) await settlesWithin(file.flush(), PATIENCE_MS);
    },
  };
}
