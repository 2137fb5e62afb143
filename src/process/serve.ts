import { describeRow } from "../cli/config.ts";
import { countThreads } from "../config/thread_settings.ts";
import type { Logger } from "../log.ts";
import { redact } from "../secret.ts";
import type { ServeSettings } from "./load_settings.ts";
import { openLog, type ProcessLog } from "./open_log.ts";
import { serveAlone } from "./serve_alone.ts";
import { serveInThreads } from "./serve_in_threads.ts";
import type { Serving } from "./serving.ts";
import { complain } from "./terminal.ts";

/**
 * Serves until stopped.
 *
 * @param settings Without `sources`, one thread serves, whatever they say.
 * @returns Where clients reach it.
 */
export async function serve(
  settings: Omit<ServeSettings, "sources"> & Partial<ServeSettings>,
  { workerUrl }: { workerUrl: string },
): Promise<string> {
  const { config, isProxied, sources } = settings;
  Deno.permissions.revokeSync({ name: "run" });
  const isPretty = Deno.stderr.isTerminal();
  const opened = openLog(config, { write: complain, pretty: isPretty });
  const { log, file } = opened;
  surviveStrayErrors(log);
  const options = { log, workerUrl };
  const { count, notice } = countThreads(config, {
    os: Deno.build.os,
    cores: navigator.hardwareConcurrency,
  });
  const serving = sources && count > 1
    ? await serveInThreads({ config, isProxied, sources }, {
      ...options,
      count,
      writeLog: complain,
      writeLogFile: (line) => file?.write(line),
      isPretty,
    })
    : await serveAlone({ config, isProxied }, options);
  log.info("listening", {
    url: serving.url,
    threads: sources ? count : 1,
    upstreams: config.upstreams.map((upstream) => redact(upstream.url)),
    models: config.models.map(describeRow),
  });
  if (notice) log.warn(notice);
  for (const notice of config.notices) log.warn(notice);
  const timeoutMs = config.shutdownTimeoutMs;
  drainOnSignals(serving, { ...opened, timeoutMs });
  return serving.url;
}

/** Keeps one request's unhandled rejection from ending the process. */
export function surviveStrayErrors(log: Logger): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("unhandled rejection", {
      reason: redact(String(event.reason)),
    });
  });
}

/** Lets running answers finish; a second signal, or the deadline, ends them. */
function drainOnSignals(
  serving: Serving,
  { log, flush, timeoutMs }: ProcessLog & { timeoutMs: number },
): void {
  let isDraining = false;
  const stop = async () => {
    if (isDraining) return Deno.exit(1);
    isDraining = true;
    await serving.close();
    log.info("draining", { timeoutMs });
    const isFinished = await serving.drain({ timeoutMs });
    if (!isFinished) log.warn("answers cut off by shutdown");
    await flush();
    Deno.exit(isFinished ? 0 : 1);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}
