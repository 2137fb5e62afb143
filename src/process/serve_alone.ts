import { openCommon } from "./common.ts";
import { checkCertificates } from "./http_client.ts";
import { refuseAddress, urlOf } from "./http_server.ts";
import type { ServeSettings } from "./load_settings.ts";
import { startProxy } from "./proxy.ts";
import type { Serving, ServingOptions } from "./serving.ts";

/** Serves in this thread, or exits if it cannot listen. */
export async function serveAlone(
  { config, isProxied }: Omit<ServeSettings, "sources">,
  { log, workerUrl }: ServingOptions,
): Promise<Serving> {
  checkCertificates(config);
  const common = openCommon(config, { log, workerUrl });
  const proxy = await startProxy(config, {
    ...common,
    log,
    threads: null,
    isProxied,
    workerUrl,
  }).catch((error) =>
    refuseAddress({ hostname: config.host, port: config.port }, error)
  );
  common.warmSoon();
  return {
    url: urlOf(proxy.address),
    close: () => Promise.resolve(proxy.close()),
    async drain(limits) {
      const isFinished = await proxy.drain(limits);
      await common.close();
      return isFinished;
    },
  };
}
