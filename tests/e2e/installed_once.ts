import { join } from "node:path";

/** Something to get from a registry, once per version and user. */
export interface Installation {
  /** Name of its folder in the cache; includes the version. */
  name: string;
  /** Path inside the folder that exists once everything is installed. */
  proof: string;
  /** Installs into an empty folder. */
  install(folder: string): Promise<void>;
}

/**
 * Installs into the user's cache folder what is not there yet.
 *
 * @returns Path of the folder.
 */
export async function installedOnce(
  { name, proof, install }: Installation,
): Promise<string> {
  const cache = join(cacheFolder(), "ccproxy");
  const folder = join(cache, name);
  if (await exists(join(folder, proof))) return folder;
  await Deno.mkdir(cache, { recursive: true });
  // Renamed when complete: half an installation is none.
  const unfinished = await Deno.makeTempDir({ dir: cache });
  await install(unfinished);
  try {
    await Deno.rename(unfinished, folder);
  } catch (error) {
    if (!(await exists(join(folder, proof)))) throw error;
    await Deno.remove(unfinished, { recursive: true }); // another was faster
  }
  return folder;
}

function cacheFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME");
  if (cache) return cache;
  const home = Deno.env.get("HOME");
  if (home) return join(home, ".cache");
  throw new Error("Cannot install anything: HOME is not set");
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
